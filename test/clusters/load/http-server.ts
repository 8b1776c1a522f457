import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";

export type TestServer = {
  readonly url: string;
  readonly server: Server;
  /** Connections opened so far. */
  connections(): number;
  close(): Promise<void>;
};

export async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<TestServer> {
  let opened = 0;
  const server = createServer(answer);
  server.on("connection", () => opened++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the test server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    server,
    connections: () => opened,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
