import { type ChildProcess, spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, expect, test } from "vitest";
import type { LoadProgress } from "../../../src/clusters/load/load-result.ts";
import type { LoadSpec } from "../../../src/clusters/load/load-spec.ts";
import { startLoad } from "../../../src/clusters/load/start-load.ts";
import { quantileOf, totalOf } from "../../../src/core/histogram.ts";
import { type TestServer, serve } from "./http-server.ts";

const open: TestServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function server(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<TestServer> {
  const started = await serve(answer);
  open.push(started);
  return started;
}

/** A steady rate over some time. */
function load(url: string, perS: number, seconds: number, changes: Partial<LoadSpec> = {}): LoadSpec {
  const startTimesMs = Float64Array.from({ length: perS * seconds }, (_, i) => (i * 1_000) / perS);
  return {
    entries: [{ url, share: 1 }],
    startTimesMs,
    timeoutMs: 5_000,
    objectiveMs: 1_000,
    seed: 1,
    ...changes,
  };
}

test("every request of the schedule is sent and answered", async () => {
  let seen = 0;
  const { url } = await server((_, response) => {
    seen++;
    response.end("ok");
  });
  const progress: LoadProgress[] = [];
  const result = await startLoad(load(url, 100, 1.5), undefined, (one) => progress.push(one));
  expect(seen).toBe(150);
  expect(result).toMatchObject({ requests: 150, ok: 150, failed: 0, dropped: 0, timedOut: 0, unsent: 0 });
  expect(totalOf(result.latency)).toBe(150);
  expect([...result.timeline.requests]).toEqual([100, 50]);
  expect(progress.length).toBeGreaterThanOrEqual(2);
  expect(progress.at(-1)).toEqual({ sent: 150, violating: result.violating, total: 150 });
});

test("requests of floods have their header, and count nowhere but apart", async () => {
  let labelled = 0;
  const { url } = await server((request, response) => {
    const isFlood = request.headers["x-karma-load"] === "flood";
    if (isFlood) labelled++;
    response.statusCode = isFlood ? 503 : 200;
    response.end();
  });
  const flood = load(url, 200, 1);
  const result = await startLoad(load(url, 50, 1, { floods: [flood] }));
  expect(result).toMatchObject({ requests: 50, ok: 50, dropped: 0, violating: 0 });
  expect(result.flood).toEqual({ requests: 200, ok: 0, dropped: 200, failed: 0, timedOut: 0, unsent: 0 });
  expect(labelled).toBe(200);
  expect(totalOf(result.latency)).toBe(50);
});

test("503 counts as dropped, other errors as failed, each apart", async () => {
  let turn = 0;
  const { url } = await server((_, response) => {
    response.statusCode = [200, 503, 500, 404][turn++ % 4]!;
    response.end();
  });
  const result = await startLoad(load(url, 100, 1));
  expect(result).toMatchObject({ requests: 100, ok: 25, dropped: 25, failed: 50, violating: 75 });
});

test("slow answers violate, and slower ones time out, from the intended start", async () => {
  let turn = 0;
  const { url } = await server((_, response) => {
    const delayMs = [0, 700, 5_000][turn++ % 3]!;
    setTimeout(() => response.end(), delayMs);
  });
  const result = await startLoad(load(url, 30, 1, { objectiveMs: 400, timeoutMs: 1_500 }));
  expect(result).toMatchObject({ requests: 30, ok: 20, slow: 10, timedOut: 10, violating: 20 });
  expect(quantileOf(result.latency, 1)).toBeGreaterThan(1_450);
  expect(quantileOf(result.latency, 0.5)).toBeGreaterThan(690);
});

test("an answer that starts in time and never ends times out", async () => {
  const { url } = await server((_, response) => {
    response.write("one byte and then");
  });
  const result = await startLoad(load(url, 10, 1, { timeoutMs: 300 }));
  expect(result).toMatchObject({ requests: 10, timedOut: 10 });
});

test("a server that stalls does not slow the schedule: requests wait in it and their latency shows", async () => {
  let isStalled = false;
  const waiting: ServerResponse[] = [];
  const { url } = await server((_, response) => {
    if (isStalled) waiting.push(response);
    else response.end();
  });
  setTimeout(() => (isStalled = true), 800);
  setTimeout(() => {
    isStalled = false;
    for (const response of waiting.splice(0)) response.end();
  }, 1_800);
  const result = await startLoad(load(url, 50, 2.5));
  expect(result.requests).toBe(125);
  expect(result.ok).toBe(125);
  expect(quantileOf(result.latency, 0.99)).toBeGreaterThan(700);
  // A closed model would have sent hardly anything in the stalled second.
  expect(Math.min(...result.timeline.requests.subarray(0, 2))).toBe(50);
});

test("a connection that is reset counts as failed, and the load goes on", async () => {
  let turn = 0;
  const { url } = await server((request, response) => {
    if (turn++ % 2 === 0) request.socket.resetAndDestroy();
    else response.end();
  });
  const result = await startLoad(load(url, 50, 1));
  expect(result).toMatchObject({ requests: 50, ok: 25, failed: 25 });
});

test("a server that dies makes the rest fail at once, not wait", async () => {
  const dying = await server((_, response) => response.end());
  setTimeout(() => void dying.close(), 1_200);
  const result = await startLoad(load(dying.url, 50, 3));
  expect(result.requests).toBe(150);
  expect(result.ok).toBeGreaterThan(0);
  expect(result.failed).toBeGreaterThan(50);
  expect(result.timedOut).toBe(0);
});

test("requests beyond the most under way are not sent, and count as violating", async () => {
  const { url } = await server((_, response) => setTimeout(() => response.end(), 1_500));
  const result = await startLoad(load(url, 50, 1, { maxConcurrency: 20 }));
  expect(result).toMatchObject({ requests: 50, ok: 20, unsent: 30, violating: 50 });
  expect(result.warnings.join(" ")).toContain("30 requests were not sent");
});

function inA(paths: readonly string[]): number {
  return paths.filter((path) => path === "/a?x=1").length;
}

test("requests are spread over the entries by their shares, the same way for the same seed", async () => {
  const seen: string[] = [];
  const { url } = await server((request, response) => {
    seen.push(request.url!);
    response.end();
  });
  const entries = [
    { url: `${url}/a?x=1`, share: 0.25 },
    { url: `${url}/b`, share: 0.75 },
  ];
  const spec = load(url, 200, 1, { entries, connections: 1 });
  await startLoad(spec);
  const first = seen.splice(0);
  await startLoad(spec);
  expect(inA(first)).toBe(inA(seen));
  expect(inA(first)).toBeGreaterThan(25);
  expect(inA(first)).toBeLessThan(75);
  expect(first.filter((path) => path === "/b")).toHaveLength(200 - inA(first));
});

test("connections are kept, spread, and replaced when their life is over", async () => {
  const kept = await server((_, response) => response.end());
  await startLoad(load(kept.url, 100, 2, { connections: 8 }));
  expect(kept.connections()).toBeGreaterThanOrEqual(8);
  expect(kept.connections()).toBeLessThan(30);
  const short = await server((_, response) => response.end());
  await startLoad(load(short.url, 100, 2, { connections: 8, connectionLifeMs: 200 }));
  expect(short.connections()).toBeGreaterThan(50);
});

test("the load starts at the moment asked for", async () => {
  let firstMs = Number.NaN;
  const { url } = await server((_, response) => {
    if (Number.isNaN(firstMs)) firstMs = Date.now();
    response.end();
  });
  const startAtEpochMs = Date.now() + 1_500;
  const result = await startLoad(load(url, 20, 0.5, { startAtEpochMs }));
  expect(result.startedAtEpochMs).toBe(startAtEpochMs);
  expect(firstMs - startAtEpochMs).toBeGreaterThan(-20);
  expect(firstMs - startAtEpochMs).toBeLessThan(1_000);
});

test("an empty schedule is over at once", async () => {
  const result = await startLoad(load("http://127.0.0.1:9", 0, 1));
  expect(result).toMatchObject({ requests: 0, violating: 0, warnings: [] });
});

test("an abort ends the load and its process with the signal's reason", async () => {
  let seen = 0;
  const { url } = await server((_, response) => {
    seen++;
    response.end();
  });
  const abort = new AbortController();
  const ended = expect(startLoad(load(url, 50, 60), abort.signal)).rejects.toThrow("enough");
  // On a busy machine the generator takes seconds to start.
  await expect.poll(() => seen, { timeout: 20_000 }).toBeGreaterThan(0);
  abort.abort(new Error("enough"));
  await ended;
  // What the generator had sent already may still be on its way through the kernel.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const seenAtAbort = seen;
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(seen).toBe(seenAtAbort);
});

test("a bug in the generator's process is told with its own words", async () => {
  const spec = load("http://127.0.0.1:9", 10, 1, { startTimesMs: Float64Array.of(5, 1) });
  const failure: unknown = await startLoad(spec).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: "TOOL_FAILED", message: expect.stringContaining("exit code 1") });
  expect(failure).toMatchObject({ hint: expect.stringContaining("expected ascending") });
});

const parentProgram = `
  import { startLoad } from ${JSON.stringify(new URL("../../../src/clusters/load/start-load.ts", import.meta.url).href)};
  const startTimesMs = Float64Array.from({ length: 6000 }, (_, i) => i * 10);
  await startLoad({ entries: [{ url: process.argv[1], share: 1 }], startTimesMs, timeoutMs: 1000, objectiveMs: 100, seed: 1 });
`;

test("the generator dies with its parent, even when that is killed", async () => {
  let seen = 0;
  const { url } = await server((_, response) => {
    seen++;
    response.end();
  });
  const parent: ChildProcess = spawn(process.execPath, ["--input-type=module", "-e", parentProgram, url], {
    stdio: "ignore",
  });
  await expect.poll(() => seen, { timeout: 20_000 }).toBeGreaterThan(20);
  parent.kill("SIGKILL");
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const seenAfterDeath = seen;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(seen).toBe(seenAfterDeath);
});

test("each request is told the work prescribed for it, in the order of the schedule", async () => {
  const told: string[] = [];
  const { url } = await server((request, response) => {
    told.push(String(request.headers["x-work-ms"]));
    response.end();
  });
  await startLoad(load(url, 20, 0.2, { workMs: Float64Array.of(12.5, 3, 0.125, 7) }));
  expect(told).toEqual(["12.5", "3", "0.125", "7"]);
});

test("where work is to be even behind the entry, each request is told which of the load it is", async () => {
  const told: string[] = [];
  const { url } = await server((request, response) => {
    told.push(`${String(request.headers["x-work-ms"])} ${String(request.headers["x-work-nth"])}`);
    response.end();
  });
  await startLoad(load(url, 20, 0.15, { workMs: Float64Array.of(12.5, 3, 7), isWorkEven: true }));
  expect(told).toEqual(["12.5 0", "3 1", "7 2"]);
});
