import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callSupervisor } from "../../../src/clusters/local/call-supervisor.ts";
import { startControlServer } from "../../../src/clusters/local/control-server.ts";
import type { ControlRequest } from "../../../src/clusters/local/protocol.ts";
import { KarmaError } from "../../../src/core/errors.ts";

const TOKEN = "secret";
const bugs: unknown[] = [];
const asked: ControlRequest[] = [];
let server: Awaited<ReturnType<typeof startControlServer>>;

function answer(request: ControlRequest): unknown {
  asked.push(request);
  if (request.verb === "scale") throw new KarmaError("INPUT_INVALID", "too many", "ask for less");
  if (request.verb === "restart") throw new TypeError("a bug");
  return { events: [], next: 3 };
}

beforeAll(async () => {
  server = await startControlServer(TOKEN, answer, (error) => bugs.push(error));
});
afterAll(() => server.close());

const door = (): { controlUrl: string; token: string } => ({ controlUrl: server.url, token: TOKEN });
const authorization = `Bearer ${TOKEN}`;

test("an answer comes back as it was given", async () => {
  expect(await callSupervisor(door(), { verb: "events" })).toEqual({ events: [], next: 3 });
});

test("a refusal comes back as the KarmaError that it was", async () => {
  const refused = callSupervisor(door(), { verb: "scale", service: "a", replicas: 99 });
  await expect(refused).rejects.toMatchObject({ code: "INPUT_INVALID", message: "too many", hint: "ask for less" });
});

test("a bug is told inside and is NOT_READY outside, and the door stays open", async () => {
  await expect(callSupervisor(door(), { verb: "restart", service: "a" })).rejects.toMatchObject({ code: "NOT_READY" });
  expect(bugs).toHaveLength(1);
  expect(await callSupervisor(door(), { verb: "events" })).toBeDefined();
});

test("without the token nothing is asked", async () => {
  const before = asked.length;
  for (const headers of [{}, { authorization: "Bearer wrong!" }, { authorization: "Bearer " }]) {
    expect((await fetch(server.url, { method: "POST", headers, body: `{"verb":"events"}` })).status).toBe(401);
  }
  expect(asked).toHaveLength(before);
});

test("what is no JSON, too long or broken off does no harm", async () => {
  const post = (body: string): Promise<Response> =>
    fetch(server.url, { method: "POST", headers: { authorization }, body });
  expect((await post("{")).status).toBe(400);
  expect((await post("x".repeat(1_000_000))).status).toBe(413);
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  socket.write(`POST / HTTP/1.1\r\nhost: a\r\nauthorization: ${authorization}\r\ncontent-length: 99\r\n\r\n{`);
  await once(socket, "ready");
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.resetAndDestroy();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await callSupervisor(door(), { verb: "events" })).toBeDefined();
});

test("nobody at the door is a KarmaError with what to do", async () => {
  const nobody = callSupervisor({ controlUrl: "http://127.0.0.1:1", token: TOKEN }, { verb: "status" });
  await expect(nobody).rejects.toMatchObject({
    code: "NOT_READY",
    hint: expect.stringContaining("karma cluster down"),
  });
});
