import { type IncomingMessage, type RequestListener, createServer } from "node:http";
import { afterEach, expect, test } from "vitest";
import { callOf, configOf, endpointOf } from "./valid-config.ts";
import { readMetric, sleep, startReplica, statusOf } from "./start-replica.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** An upstream that answers as told and remembers what came. */
async function startUpstream(answer: RequestListener) {
  const requests: IncomingMessage[] = [];
  const sockets = new Set<number>();
  const server = createServer((request, response) => {
    requests.push(request);
    sockets.add(request.socket.remotePort!);
    answer(request, response);
  });
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return { requests, sockets, url: `http://127.0.0.1:${port}` };
}

const small = { workMs: { kind: "constant", mean: 1 } } as const;
const fine: RequestListener = (_request, response) => response.end("ok");
const broken: RequestListener = (_request, response) => void response.writeHead(500).end();

const configWithCalls = (url: string, calls: Parameters<typeof endpointOf>[0], fields: object = {}) =>
  configOf({ endpoints: [endpointOf({ ...small, ...calls })], upstreams: { next: url }, ...fields });

test("steps are made one after another, the calls of one step side by side", async () => {
  const times: [string, number, number][] = [];
  const upstream = await startUpstream((request, response) => {
    const startMs = performance.now();
    setTimeout(() => {
      times.push([request.url!, startMs, performance.now()]);
      response.end();
    }, 150);
  });
  const calls = [[callOf({ endpoint: "a" }), callOf({ endpoint: "b" })], [callOf({ endpoint: "c" })]];
  const replica = await startReplica(configWithCalls(upstream.url, { calls }));
  expect(await statusOf(`${replica.url}/work`)).toBe(200);
  const at = (url: string): [string, number, number] => times.find(([one]) => one === url)!;
  expect(at("/b")[1]).toBeLessThan(at("/a")[2]);
  expect(at("/c")[1]).toBeGreaterThan(Math.max(at("/a")[2], at("/b")[2]));
});

test("a call is made as often as told, and with its probability", async () => {
  const upstream = await startUpstream(fine);
  const calls = [
    [
      callOf({ endpoint: "thrice", times: 3 }),
      callOf({ endpoint: "never", probability: 0 }),
      callOf({ endpoint: "half", probability: 0.5 }),
    ],
  ];
  const replica = await startReplica(configWithCalls(upstream.url, { calls }));
  for (let i = 0; i < 60; i++) expect(await statusOf(`${replica.url}/work`)).toBe(200);
  const count = (url: string): number => upstream.requests.filter((request) => request.url === url).length;
  expect([count("/thrice"), count("/never")]).toEqual([180, 0]);
  expect(Math.abs(count("/half") - 30)).toBeLessThan(20);
});

test("a failing upstream is tried again so many times, then the answer is 502", async () => {
  const upstream = await startUpstream(broken);
  const replica = await startReplica(configWithCalls(upstream.url, { calls: [[callOf({ retries: 2 })], [callOf()]] }));
  expect(await statusOf(`${replica.url}/work`)).toBe(502);
  expect(upstream.requests).toHaveLength(3);
});

test("retries wait longer and longer: 100 and 200 ms, less up to half by chance", async () => {
  const atMs: number[] = [];
  const upstream = await startUpstream((_request, response) => {
    atMs.push(performance.now());
    response.writeHead(500).end();
  });
  const calls = [[callOf({ retries: 2, backoffMs: 100 })]];
  const replica = await startReplica(configWithCalls(upstream.url, { calls }));
  expect(await statusOf(`${replica.url}/work`)).toBe(502);
  const [first, second, third] = atMs as [number, number, number];
  expect(atMs).toHaveLength(3);
  // Timers and answers are late at times, never early.
  expect(second - first).toBeGreaterThan(49);
  expect(third - second).toBeGreaterThan(99);
});

test("a budget bounds retries: ten at first, then a share of the calls", async () => {
  const upstream = await startUpstream(broken);
  const calls = [[callOf({ retries: 3, retryBudget: 0.2 })]];
  const replica = await startReplica(configWithCalls(upstream.url, { calls }));
  for (let i = 0; i < 40; i++) expect(await statusOf(`${replica.url}/work`)).toBe(502);
  // 40 calls, the 10 that a full budget holds, and what the calls after the first earn: the first finds it full.
  expect(upstream.requests).toHaveLength(40 + 10 + Math.floor(0.2 * 39 + 1e-9));
});

test("a retry that succeeds makes the request succeed", async () => {
  const upstream = await startUpstream((request, response) =>
    (upstream.requests.length === 1 ? broken : fine)(request, response),
  );
  const replica = await startReplica(configWithCalls(upstream.url, { calls: [[callOf({ retries: 1 })]] }));
  expect(await statusOf(`${replica.url}/work`)).toBe(200);
});

test("a slow upstream is a 504, a missing one a 502", async () => {
  const slow = await startUpstream(() => {});
  const waiting = await startReplica(configWithCalls(slow.url, { calls: [[callOf({ timeoutMs: 80 })]] }));
  expect(await statusOf(`${waiting.url}/work`)).toBe(504);
  const missing = await startReplica(configWithCalls("http://127.0.0.1:9", { calls: [[callOf()]] }));
  expect(await statusOf(`${missing.url}/work`)).toBe(502);
});

test("which request of a load it is, is handed on, and nothing where nobody said so", async () => {
  const upstream = await startUpstream(fine);
  const replica = await startReplica(configWithCalls(upstream.url, { calls: [[callOf()]] }));
  await statusOf(`${replica.url}/work`, { headers: { "x-work-nth": "17" } });
  await statusOf(`${replica.url}/work`);
  expect(upstream.requests.map((request) => request.headers["x-work-nth"])).toEqual(["17", undefined]);
});

test("traceparent is handed on, and created where it is absent", async () => {
  const upstream = await startUpstream(fine);
  const replica = await startReplica(configWithCalls(upstream.url, { calls: [[callOf()]] }));
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  await statusOf(`${replica.url}/work`, { headers: { traceparent: `00-${trace}-00f067aa0ba902b7-01` } });
  await statusOf(`${replica.url}/work`);
  const [handedOn, created] = upstream.requests.map((request) => request.headers["traceparent"]);
  expect(handedOn).toContain(`00-${trace}-`);
  expect(created).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
});

test("connections are kept alive, but not longer than their life, so that new replicas get traffic", async () => {
  const upstream = await startUpstream(fine);
  const replica = await startReplica(configWithCalls(upstream.url, { calls: [[callOf()]] }, { connectionLifeMs: 500 }));
  for (let i = 0; i < 60; i++) expect(await statusOf(`${replica.url}/work`)).toBe(200);
  expect(upstream.sockets.size).toBe(8);
  await sleep(700);
  for (let i = 0; i < 60; i++) expect(await statusOf(`${replica.url}/work`)).toBe(200);
  expect(upstream.sockets.size).toBe(16);
});

test("an upstream's connections are closed between requests only: no call fails when they grow old", async () => {
  const upstream = await startUpstream((_request, response) => void setTimeout(() => response.end(), 20));
  const replica = await startReplica(configWithCalls(upstream.url, { calls: [[callOf()]] }, { connectionLifeMs: 30 }));
  const statuses = await Promise.all(Array.from({ length: 100 }, () => statusOf(`${replica.url}/work`)));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(await readMetric(replica, `http_requests_total{endpoint="work",code="200"}`)).toBe(100);
});

test("requests fail at the declared rate, and then call nobody", async () => {
  const upstream = await startUpstream(fine);
  const replica = await startReplica(configWithCalls(upstream.url, { calls: [[callOf()]], errorRate: 1 }));
  expect(await statusOf(`${replica.url}/work`)).toBe(500);
  expect(upstream.requests).toHaveLength(0);
});

test("added latency makes a request wait without using CPU", async () => {
  const replica = await startReplica(
    configOf({ endpoints: [endpointOf({ ...small, addedLatencyMs: { kind: "constant", mean: 300 } })] }),
  );
  const from = await readMetric(replica, "process_cpu_seconds_total");
  const startMs = performance.now();
  expect(await statusOf(`${replica.url}/work`)).toBe(200);
  expect(performance.now() - startMs).toBeGreaterThan(295);
  expect((await readMetric(replica, "process_cpu_seconds_total")) - from).toBeLessThan(0.15);
});
