import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { KarmaError } from "../../core/errors.ts";
import type { ControlReply, ControlRequest } from "./protocol.ts";

const BODY_BYTES = 64 * 1024;

/**
 * The door to a supervisor: HTTP on a loopback port, open to whoever holds the token.
 *
 * @param answer  what it throws as a KarmaError reaches the client as one; anything else is a bug and reaches `onBug`
 */
export async function startControlServer(
  token: string,
  answer: (request: ControlRequest) => unknown,
  onBug: (error: unknown) => void,
): Promise<{ readonly url: string }> {
  const expected = Buffer.from(`Bearer ${token}`);
  const server = createServer((request, response) => {
    const given = Buffer.from(request.headers.authorization ?? "");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      response.writeHead(401).end();
      return;
    }
    serve(request, response, answer).catch(onBug);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has no port");
  return { url: `http://127.0.0.1:${address.port}` };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: ControlRequest) => unknown,
): Promise<void> {
  const text = await readBody(request);
  if (text === undefined) {
    response.writeHead(413, { connection: "close" }).end();
    return;
  }
  const reply = await replyTo(JSON.parse(text), answer);
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(reply));
}

async function replyTo(
  request: ControlRequest,
  answer: (request: ControlRequest) => unknown,
): Promise<ControlReply<unknown>> {
  try {
    return { ok: true, value: await answer(request) };
  } catch (error) {
    if (!(error instanceof KarmaError)) throw error;
    return { ok: false, code: error.code, message: error.message, hint: error.hint };
  }
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
