import { type RequestListener, type Server, createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { rehearse } from "../../mocks/src/rehearse.ts";
import { configOf } from "./valid-config.ts";

function serverOf(listener: RequestListener): Server {
  const server = createServer(listener);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

test("a rehearsal whose connection is closed before the answer fails, so that the replica ends with a reason", async () => {
  const server = serverOf((request) => request.socket.destroy());
  await expect(rehearse(server, configOf())).rejects.toThrow(/closed before the answer|ECONNRESET/);
});

test("a rehearsal that is answered closes the server behind it", async () => {
  let asked = 0;
  const server = serverOf((_request, response) => {
    asked++;
    response.end("ok");
  });
  await rehearse(server, configOf());
  expect(asked).toBeGreaterThan(1);
  expect(server.listening).toBe(false);
});
