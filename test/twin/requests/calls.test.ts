import { describe, expect, test } from "vitest";
import type { Call, Endpoint, Service, Topology } from "../../../src/system/topology/topology.ts";
import type { RequestTwin } from "../../../src/twin/requests/create-request-twin.ts";
import { call, topologyOf } from "../fixtures.ts";
import { bareTwin, constant, exponential, queueOf, singleQueue } from "./fixtures.ts";

/** A front that works 2 ms and calls a back that works 10 ms of CPU; both alone on their cores. */
function pair(calls: Call[][], back: Partial<Endpoint> = {}, backService: Partial<Service> = {}): Topology {
  const front = { ...queueOf(constant(2), {}, { calls }), name: "front" };
  return topologyOf([front, { ...queueOf(constant(10), backService, back), name: "back" }]);
}

/** Requests so far apart that none meets another. */
function runAlone(topology: Topology, requests = 20): RequestTwin {
  const startTimesMs = Float64Array.from({ length: requests }, (_, i) => i * 1_000);
  const twin = bareTwin(topology, 0, 1, { startTimesMs });
  twin.advanceTo((requests + 1) * 1_000);
  return twin;
}

type Row = {
  readonly title: string;
  readonly calls: Call[][];
  readonly back?: Partial<Endpoint>;
  readonly limits?: Partial<Service>;
  readonly ends: "served" | "failed";
  /** Requests that reach the back, per request at the front. */
  readonly reached: number;
  /** Time at the entry, where it is served, ms. */
  readonly takesMs?: number;
};

const toBack = (more: Partial<Call> = {}): Call => call("back", 1, more);

describe("calls of one request", () => {
  test.each<Row>([
    { title: "one call adds its time", calls: [[toBack()]], ends: "served", reached: 1, takesMs: 12 },
    {
      title: "times are made one after another",
      calls: [[toBack({ times: 3 })]],
      ends: "served",
      reached: 3,
      takesMs: 32,
    },
    {
      title: "steps are made one after another",
      calls: [[toBack()], [toBack()]],
      ends: "served",
      reached: 2,
      takesMs: 22,
    },
    { title: "calls of a step share the CPU", calls: [[toBack(), toBack()]], ends: "served", reached: 2, takesMs: 22 },
    {
      title: "calls of a step wait side by side",
      calls: [[toBack(), toBack()]],
      back: { workMs: constant(0), addedLatencyMs: constant(30) },
      ends: "served",
      reached: 2,
      takesMs: 32,
    },
    { title: "a timeout fails the caller", calls: [[toBack({ timeoutMs: 5 })]], ends: "failed", reached: 1 },
    { title: "a timeout is tried again", calls: [[toBack({ timeoutMs: 5, retries: 2 })]], ends: "failed", reached: 3 },
    { title: "an error fails the caller", calls: [[toBack()]], back: { errorRate: 1 }, ends: "failed", reached: 1 },
    {
      title: "an error is tried again",
      calls: [[toBack({ retries: 3 })]],
      back: { errorRate: 1 },
      ends: "failed",
      reached: 4,
    },
    {
      title: "after a failed step no other is made",
      calls: [[toBack()], [toBack()]],
      back: { errorRate: 1 },
      ends: "failed",
      reached: 1,
    },
    {
      title: "the rest of the times is not made after a failure",
      calls: [[toBack({ times: 5 })]],
      back: { errorRate: 1 },
      ends: "failed",
      reached: 1,
    },
    {
      title: "one of two calls is refused when there is room for one",
      calls: [[toBack(), toBack()]],
      limits: { concurrency: 1, queueLimit: 0 },
      ends: "failed",
      reached: 2,
    },
  ])("$title", ({ calls, back, limits, ends, reached, takesMs }) => {
    const { entry, world } = runAlone(pair(calls, back, limits));
    expect(entry).toMatchObject({ arrived: 20, [ends]: 20 });
    expect(world.services.arrived[1]).toBe(20 * reached);
    if (takesMs !== undefined) expect(entry.latencyMs / entry.served).toBeCloseTo(takesMs, 6);
  });

  test("what timed out is worked on to its end all the same", () => {
    const { world } = runAlone(pair([[toBack({ timeoutMs: 5, retries: 1 })]]));
    expect(world.services.served[1]).toBe(40);
    // Both tries of a request: the second shares the CPU with what is left of the first.
    expect(world.processors.usedMs[1]).toBeCloseTo(400, 6);
  });

  test("a call is made as often as its probability says, and an error as often as its rate", () => {
    const startTimesMs = Float64Array.from({ length: 20_000 }, (_, i) => i * 40);
    const topology = pair([[call("back", 0.3, { retries: 1 })]], { errorRate: 0.2 });
    const twin = bareTwin(topology, 0, 5, { startTimesMs });
    twin.advanceTo(20_000 * 40 + 1_000);
    const tried = twin.world.services.arrived[1]!;
    expect(tried / 20_000).toBeCloseTo(0.3 * 1.2, 2);
    expect(twin.entry.failed / 20_000).toBeCloseTo(0.3 * 0.04, 2);
  });
});

describe("a replica that is full", () => {
  // Erlang's B of one server, and M/M/1/K.
  test.each([
    [1, 0, 0.5 / 1.5],
    [1, 3, (0.5 ** 4 * 0.5) / (1 - 0.5 ** 5)],
  ])("with concurrency %i and queue %i refuses the share that theory says", (concurrency, queueLimit, share) => {
    const twin = bareTwin(singleQueue(exponential(10), { concurrency, queueLimit }), 50, 2);
    twin.advanceTo(4_800_000);
    const { arrived, dropped } = twin.entry;
    expect(Math.abs(dropped / arrived / share - 1)).toBeLessThan(0.06);
  });

  test("answers 503 at once, which is no failure but a drop", () => {
    const twin = bareTwin(singleQueue(constant(100), { concurrency: 1, queueLimit: 1 }), 0, 1, {
      startTimesMs: Float64Array.of(10, 11, 12, 13),
    });
    twin.advanceTo(20);
    expect(twin.entry).toMatchObject({ arrived: 4, dropped: 2, served: 0 });
    twin.advanceTo(300);
    expect(twin.entry).toMatchObject({ served: 2, dropped: 2, failed: 0 });
  });
});

test("users do not wait for ever, and what they asked for is still worked on", () => {
  const twin = bareTwin(singleQueue(constant(100)), 0, 1, {
    startTimesMs: Float64Array.of(0, 1_000),
    entryWorkMs: Float64Array.of(500, 10),
    entryTimeoutMs: 200,
  });
  twin.advanceTo(199);
  expect(twin.entry.timedOut).toBe(0);
  twin.advanceTo(200);
  expect(twin.entry.timedOut).toBe(1);
  expect(twin.world.pods.inFlight[0]).toBe(1);
  twin.advanceTo(2_000);
  expect(twin.entry).toMatchObject({ arrived: 2, timedOut: 1, served: 1 });
  expect(twin.world.processors.usedMs[0]).toBeCloseTo(510, 6);
  expect(twin.violating()).toBe(1);
});
