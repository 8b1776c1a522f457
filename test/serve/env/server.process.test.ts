import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import { afterEach, expect, test } from "vitest";
import { createFrameReader, encodeFrame, type Frame, frameKinds } from "../../../src/serve/env/frames.ts";
import { createSession } from "../../../src/serve/env/session.ts";
import { startEnvServer } from "../../../src/serve/env/start-server.ts";
import { createBridged, payloadOf } from "./bridged.ts";

const bin = new URL("../../../bin/karma.js", import.meta.url).pathname;
const topology = new URL("../../../topologies/chained-wide.json", import.meta.url).pathname;
type Child = ChildProcessByStdio<Writable, Readable, Readable>;
const children: Child[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function serve(...args: readonly string[]): Child {
  const child = spawn(process.execPath, [bin, "env", "serve", topology, "--quiet", ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  children.push(child);
  return child;
}

/** Frames as they come. */
async function* framesOf(stream: AsyncIterable<unknown>): AsyncGenerator<Frame> {
  const read = createFrameReader(1e6);
  for await (const piece of stream) yield* read(piece as Uint8Array);
}

async function next(frames: AsyncGenerator<Frame>): Promise<Frame> {
  const { value, done } = await frames.next();
  if (done === true) throw new Error("the server left");
  return value;
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

test("over a port: games for two clients at once, and Ctrl-C ends the server with 0", async () => {
  const child = serve("--json", "--batch", "2");
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { port } = JSON.parse(line.toString()) as { port: number };
  for (const socket of [await dial(port), await dial(port)]) {
    const frames = framesOf(socket);
    expect((await next(frames)).kind).toBe(frameKinds.hello);
    socket.write(encodeFrame(frameKinds.reset, payloadOf([1, 2], [1, 1])));
    expect((await next(frames)).kind).toBe(frameKinds.result);
  }
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("over the standard streams: the end of the client is the end of the server", async () => {
  const child = serve("--stdio");
  const frames = framesOf(child.stdout);
  expect((await next(frames)).kind).toBe(frameKinds.hello);
  child.stdin.write(encodeFrame(frameKinds.reset, payloadOf([1], [1])));
  expect((await next(frames)).kind).toBe(frameKinds.result);
  child.stdin.end();
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("what cannot be read is answered with what was expected, and ends the conversation", async () => {
  const server = await startEnvServer(
    () => createSession(createBridged, 1),
    0,
    (error) => {
      throw error;
    },
  );
  const socket = await dial(server.port);
  const frames = framesOf(socket);
  await next(frames);
  socket.write(encodeFrame(99, new Uint8Array()));
  const answer = await next(frames);
  expect(answer.kind).toBe(frameKinds.error);
  expect(new TextDecoder().decode(answer.payload)).toMatch("kind 99");
  expect((await frames.next()).done).toBe(true);
  await server.close();
});

test("a 17th client is told so", async () => {
  const server = await startEnvServer(
    () => createSession(createBridged, 1),
    0,
    () => {},
  );
  const sockets: Socket[] = [];
  for (let client = 0; client < 16; client++) {
    const socket = await dial(server.port);
    await next(framesOf(socket));
    sockets.push(socket);
  }
  const refused = await next(framesOf(await dial(server.port)));
  expect(new TextDecoder().decode(refused.payload)).toMatch("at most 16 clients");
  for (const socket of sockets) socket.destroy();
  await server.close();
});

test("a port that is taken is the user's to change", async () => {
  const server = await startEnvServer(
    () => createSession(createBridged, 1),
    0,
    () => {},
  );
  const child = serve("--port", String(server.port));
  let said = "";
  child.stderr.on("data", (piece: Buffer) => (said += piece.toString()));
  expect(await once(child, "exit")).toEqual([2, null]);
  expect(said).toMatch(`cannot listen on 127.0.0.1:${server.port}`);
  await server.close();
});
