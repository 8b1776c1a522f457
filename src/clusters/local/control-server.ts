import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { KarmaError } from "../../core/errors.ts";
import type { ControlReply, ControlRequest } from "./protocol.ts";

const BODY_BYTES = 64 * 1024;

/**
 * The door to a supervisor: HTTP on a loopback port, open to whoever holds the token.
 *
 * @param answer  what it throws as a KarmaError reaches the client as one; anything else is a bug: status 500, and told
 *                to `onBug`
 */
export async function startControlServer(
  token: string,
  answer: (request: ControlRequest) => unknown,
  onBug: (error: unknown) => void,
): Promise<{ readonly url: string; close(): void }> {
  const expected = Buffer.from(`Bearer ${token}`);
  const server = createServer((request, response) => {
    const given = Buffer.from(request.headers.authorization ?? "");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      response.writeHead(401).end();
      return;
    }
    serve(request, response, answer).catch((error: unknown) => {
      response.writeHead(500).end();
      onBug(error);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has no port");
  return { url: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: ControlRequest) => unknown,
): Promise<void> {
  const body = await readBody(request);
  if (typeof body === "number") {
    response.writeHead(body, { connection: "close" }).end();
    return;
  }
  const reply = await replyTo(body, answer);
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

/** The request, or the status that says what is wrong with it. */
async function readBody(request: IncomingMessage): Promise<ControlRequest | 400 | 413> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > BODY_BYTES) return 413;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (error) {
    // No JSON, or a client that left before it had said all: its own affair, never the cluster's end.
    if (error instanceof Error) return 400;
    throw error;
  }
}
