import { once } from "node:events";
import { type Server, type Socket, connect, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { type Balancer, startBalancer } from "../../../src/clusters/local/balancer.ts";
import { createRng } from "../../../src/core/rng.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A fake pod that says its name, then echoes. */
async function startPod(name: string): Promise<{ readonly port: number; readonly sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.write(`${name}:`);
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push({ close: () => (server.close(), sockets.forEach((socket) => socket.destroy())) });
  return { port: portOf(server.address()), sockets };
}

function portOf(address: ReturnType<Server["address"]>): number {
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function start(): Promise<Balancer> {
  const balancer = await startBalancer(createRng(1));
  open.push(balancer);
  return balancer;
}

function dial({ url }: Balancer): Socket {
  return connect(Number(new URL(url).port), "127.0.0.1");
}

/** Sends a text, ends, and reads all that comes back. */
async function say(balancer: Balancer, what: string): Promise<string> {
  const socket = dial(balancer);
  socket.end(what);
  return text(socket);
}

test("bytes and ends reach the pod and come back, large ones too", async () => {
  const balancer = await start();
  balancer.setEndpoints([(await startPod("a")).port]);
  const long = "x".repeat(3_000_000);
  expect(await say(balancer, "hello")).toBe("a:hello");
  expect(await say(balancer, long)).toBe(`a:${long}`);
});

test("connections are spread over all endpoints", async () => {
  const balancer = await start();
  const pods = await Promise.all(["a", "b", "c"].map(startPod));
  balancer.setEndpoints(pods.map(({ port }) => port));
  const answers = await Promise.all(Array.from({ length: 60 }, () => say(balancer, "")));
  for (const name of ["a:", "b:", "c:"]) {
    expect(answers.filter((answer) => answer === name).length).toBeGreaterThan(5);
  }
});

test("an open connection stays with its pod when that leaves the endpoints; new ones go elsewhere", async () => {
  const balancer = await start();
  const [a, b] = [await startPod("a"), await startPod("b")];
  balancer.setEndpoints([a.port]);
  const socket = dial(balancer).setEncoding("utf8");
  expect(await once(socket, "data")).toEqual(["a:"]);
  balancer.setEndpoints([b.port]);
  socket.write("still here");
  expect(await once(socket, "data")).toEqual(["still here"]);
  expect(await say(balancer, "")).toBe("b:");
  socket.destroy();
});

test("a connection is reset when there is no endpoint, or nobody listens there", async () => {
  const balancer = await start();
  const refused = async (): Promise<unknown> => {
    const socket = dial(balancer);
    const [error] = await once(socket, "error").catch((cause: unknown) => [cause]);
    return error;
  };
  await expect(say(balancer, "")).rejects.toThrow(/ECONNRESET/);
  balancer.setEndpoints([1]);
  await expect(say(balancer, "")).rejects.toThrow(/ECONNRESET/);
  expect(await refused()).toMatchObject({ code: "ECONNRESET" });
});

test("a pod that is reset in the middle resets its caller, and a caller that leaves is told to the pod", async () => {
  const balancer = await start();
  const pod = await startPod("a");
  balancer.setEndpoints([pod.port]);
  const socket = dial(balancer);
  await once(socket, "data");
  const failed = new Promise((resolve) => socket.once("error", resolve));
  for (const one of pod.sockets) one.resetAndDestroy();
  expect(await failed).toMatchObject({ code: "ECONNRESET" });

  pod.sockets.clear();
  const leaving = dial(balancer);
  await once(leaving, "data");
  const [podSide] = pod.sockets;
  const closed = once(podSide!, "close");
  leaving.destroy();
  await closed;
});

test("close ends open connections and frees the port", async () => {
  const balancer = await startBalancer(createRng(1));
  balancer.setEndpoints([(await startPod("a")).port]);
  const socket = dial(balancer);
  await once(socket, "data");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("error", () => undefined);
  await balancer.close();
  await closed;
  const after = dial(balancer);
  await expect(once(after, "connect")).rejects.toThrow(/ECONNREFUSED/);
});
