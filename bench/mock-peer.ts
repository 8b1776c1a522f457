import { createServer } from "node:http";
import express from "express";

/** The yardstick: one bare Express 5 route with the settings of a mock service, and nothing else. */
const app = express();
app.disable("x-powered-by");
app.disable("etag");
app.all("/work", (_request, response) => void response.end("ok\n"));

const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, app);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address !== "string") process.send?.({ type: "listening", port: address.port });
});
process.on("disconnect", () => process.exit(0));
