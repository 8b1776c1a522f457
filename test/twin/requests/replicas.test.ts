import { describe, expect, test } from "vitest";
import { scaleTiming } from "../../../src/control/loop/timing.ts";
import { createRng } from "../../../src/core/rng.ts";
import type { Topology } from "../../../src/system/topology/topology.ts";
import { kubernetesTiming } from "../../../src/control/loop/timing.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { type RequestTwin, createRequestTwin } from "../../../src/twin/requests/create-request-twin.ts";
import { call, chainedWide, service, topologyOf } from "../fixtures.ts";
import { bareTwin, constant, queueOf } from "./fixtures.ts";

/** Starts in 3 s. */
const quick: Topology = topologyOf([{ ...queueOf(constant(10), { startupMs: constant(3_000) }), name: "q" }]);

function kindsOf(twin: RequestTwin): string[] {
  return twin.takeEvents().map(({ atMs, kind, pod }) => `${atMs} ${kind} ${pod}`);
}

describe("a crash", () => {
  test("starts again at once the first time, then after 10 s, 20 s, up to 5 min", () => {
    const twin = bareTwin(quick, 0, 1);
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      twin.advanceTo(twin.nowMs() + 1);
      twin.kill(0, 1);
      const crashedMs = twin.nowMs();
      while (twin.observe().ready[0] === 0) twin.advanceTo(twin.nowMs() + 1_000);
      const restarted = twin.takeEvents().find(({ kind }) => kind === "restarted")!;
      waits.push(Math.round((restarted.atMs - crashedMs) / 1_000));
    }
    expect(waits).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
  });

  test("is forgotten after ten minutes of running", () => {
    const twin = bareTwin(quick, 0, 1);
    twin.advanceTo(1_000);
    twin.kill(0, 1);
    twin.advanceTo(700_000);
    twin.takeEvents();
    twin.kill(0, 1);
    twin.advanceTo(704_000);
    expect(kindsOf(twin)).toEqual(["700000 crashed q-0", "700000 restarted q-0", "703000 ready q-0"]);
  });

  test("fails what was in the replica, and requests find no other until it is ready", () => {
    const startTimesMs = Float64Array.of(100, 150, 1_000, 4_000);
    const twin = bareTwin(quick, 0, 1, { startTimesMs, entryWorkMs: Float64Array.of(500, 500, 10, 10) });
    twin.advanceTo(200);
    twin.kill(0, 1);
    twin.advanceTo(200);
    expect(twin.entry.failed).toBe(2);
    twin.advanceTo(2_000);
    expect(twin.entry.failed).toBe(3);
    twin.advanceTo(5_000);
    expect(twin.entry).toMatchObject({ arrived: 4, failed: 3, served: 1 });
  });

  test("of a callee fails the call with the connection, and a retry goes to another replica", () => {
    const back = { ...queueOf(constant(50), { startupMs: constant(3_000) }), name: "back" };
    const fates = [0, 1].map((retries) => {
      const front = { ...queueOf(constant(1), {}, { calls: [[call("back", 1, { retries })]] }), name: "front" };
      const startTimesMs = Float64Array.from({ length: 40 }, () => 100);
      const twin = bareTwin(topologyOf([front, back]), 0, 1, { startTimesMs, initialReplicas: Float64Array.of(1, 2) });
      twin.advanceTo(200);
      twin.kill(1, 1);
      twin.advanceTo(8_000);
      return twin.entry;
    });
    expect(fates[0]!.failed).toBeGreaterThan(5);
    expect(fates[0]!.failed + fates[0]!.served).toBe(40);
    expect(fates[1]).toMatchObject({ served: 40, failed: 0 });
  });

  test("of a caller leaves its calls to nobody: they end, and nothing else happens", () => {
    const back = { ...queueOf(constant(500)), name: "back" };
    const front = { ...queueOf(constant(1), {}, { calls: [[call("back", 1)]] }), name: "front" };
    const twin = bareTwin(topologyOf([front, back]), 0, 1, { startTimesMs: Float64Array.of(0) });
    twin.advanceTo(100);
    twin.kill(0, 1);
    twin.advanceTo(100);
    expect(twin.entry.failed).toBe(1);
    twin.advanceTo(3_000);
    expect(twin.world.services.served[1]).toBe(1);
    expect(twin.entry).toMatchObject({ arrived: 1, served: 0, failed: 1 });
  });
});

describe("scaling", () => {
  test("a new replica is ready after its start-up, and gets its share once connections are renewed", () => {
    const twin = bareTwin(quick, 60, 1);
    twin.advanceTo(10_000);
    twin.scale(0, 2);
    twin.advanceTo(12_999);
    expect(twin.observe().ready[0]).toBe(1);
    twin.advanceTo(13_000);
    expect(twin.observe().ready[0]).toBe(2);
    twin.advanceTo(60_000);
    const { usedMs } = twin.world.processors;
    const before = [usedMs[0]!, usedMs[1]!];
    twin.advanceTo(180_000);
    const share = (usedMs[1]! - before[1]!) / (usedMs[1]! - before[1]! + usedMs[0]! - before[0]!);
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
  });

  test("a replica that goes ends what it has, and no request fails", () => {
    const twin = bareTwin(quick, 120, 1, { initialReplicas: Float64Array.of(3) });
    for (let i = 0; i < 20; i++) {
      twin.advanceTo(20_000 * (i + 1));
      twin.scale(0, 3 - (i % 2));
    }
    twin.advanceTo(500_000);
    expect(twin.entry).toMatchObject({ failed: 0, dropped: 0, timedOut: 0 });
    expect(twin.entry.served).toBeGreaterThan(50_000);
  });

  test("a replica that cannot end its work in 10 s is killed, and that work fails", () => {
    const twin = bareTwin(quick, 0, 1, {
      startTimesMs: Float64Array.of(0),
      entryWorkMs: Float64Array.of(60_000),
      initialReplicas: Float64Array.of(2),
    });
    twin.advanceTo(1_000);
    const busy = twin.world.pods.inFlight[0] === 1 ? 0 : 1;
    twin.restart(0);
    twin.restart(0);
    twin.advanceTo(14_000);
    expect(twin.entry.failed).toBe(0);
    twin.advanceTo(14_201);
    expect(twin.entry.failed).toBe(1);
    const gone = twin.takeEvents().filter(({ kind }) => kind === "gone");
    expect(gone.at(-1)).toMatchObject({ atMs: 14_200, pod: `q-${busy}` });
  });

  test("replicas that wait for their next start go at once, each but once", () => {
    const twin = bareTwin(quick, 0, 1, { initialReplicas: Float64Array.of(3) });
    for (let i = 0; i < 2; i++) {
      twin.advanceTo(5_000 * (i + 1));
      twin.kill(0, 3);
    }
    twin.takeEvents();
    twin.scale(0, 1);
    expect(kindsOf(twin).filter((line) => line.includes("gone"))).toHaveLength(2);
    twin.scale(0, 3);
    twin.advanceTo(40_000);
    expect(twin.observe().ready[0]).toBe(3);
    expect(new Set(twin.world.services.pods[0]).size).toBe(3);
  });

  test("replicas count from their creation until they are gone", () => {
    const twin = bareTwin(quick, 0, 1);
    twin.advanceTo(10_000);
    twin.scale(0, 3);
    twin.advanceTo(20_000);
    twin.scale(0, 1);
    twin.advanceTo(40_000);
    // 200 ms before SIGTERM and 300 ms of grace each.
    expect(twin.podSeconds()).toBeCloseTo(40 + 2 * 10.5, 6);
  });
});

/** What reaches each service of 2,000 requests, whatever is done to the replicas meanwhile. */
function arrivalsUnder(replicas: number, act: (twin: RequestTwin, second: number) => void): Float64Array {
  const twin = bareTwin(chainedWide, 0, 7, {
    startTimesMs: Float64Array.from({ length: 2_000 }, (_, i) => 10 * i),
    initialReplicas: new Float64Array(4).fill(replicas),
  });
  for (let second = 1; second <= 60; second++) {
    twin.advanceTo(1_000 * second);
    act(twin, second);
  }
  expect(twin.entry).toMatchObject({ arrived: 2_000, served: 2_000 });
  return twin.world.services.arrived;
}

test("what an autoscaler does changes neither arrivals nor what requests ask for", () => {
  const calm = arrivalsUnder(9, () => {});
  const restless = arrivalsUnder(4, (twin, second) => twin.scale(second % 4, 4 + (second % 3)));
  expect(restless).toEqual(calm);
});

/** Everything a run shows, looked at every `stepMs`. */
function bytesOf(seed: number, stepMs: number): string {
  const incidents = { warning: 0.1, error: 0.3, degraded: 0.3, failure: 0.2 };
  const topology = topologyOf([
    service("a", 5, [[call("b", 0.7, { retries: 1, timeoutMs: 60 })]]),
    service("b", 6, [], { incidents }),
  ]);
  const twin = createRequestTwin(topology, declaredCalibration(topology, kubernetesTiming), {
    rng: createRng(seed),
    ratePerS: Float64Array.of(80, 160, 40),
    stepMs: 60_000,
    initialReplicas: Float64Array.of(2, 2),
  });
  for (let atMs = stepMs; atMs <= 240_000; atMs += stepMs) twin.advanceTo(atMs);
  return JSON.stringify([twin.entry, twin.podSeconds().toFixed(6), [...twin.latency.counts], twin.takeEvents()]);
}

test("the same seed gives the same bytes, another seed others; looking changes nothing", () => {
  expect(bytesOf(1, 240_000)).toBe(bytesOf(1, 240_000));
  expect(bytesOf(1, 250)).toBe(bytesOf(1, 240_000));
  expect(bytesOf(2, 240_000)).not.toBe(bytesOf(1, 240_000));
});

test("incidents befall as many replicas as their probability says", () => {
  const topology = topologyOf([
    service("a", 5, [], { incidents: { warning: 0, error: 0, degraded: 0, failure: 0.1 } }),
  ]);
  let crashes = 0;
  for (let seed = 0; seed < 20; seed++) {
    const twin = bareTwin(topology, 0, seed, { initialReplicas: Float64Array.of(20) });
    twin.advanceTo(10 * 60_000);
    crashes += twin.takeEvents().filter(({ kind }) => kind === "crashed").length;
  }
  // 20 replicas x 10 min x .1, give or take 1.
  expect(crashes / 20).toBeGreaterThan(17);
  expect(crashes / 20).toBeLessThan(23);
});

function withIncident(kind: "error" | "degraded"): RequestTwin {
  const incidents = { warning: 0, error: 0, degraded: 0, failure: 0, [kind]: 1 };
  const twin = bareTwin(topologyOf([service("a", 5, [], { incidents })]), 20, 3, {
    initialReplicas: Float64Array.of(2),
  });
  twin.advanceTo(600_000);
  return twin;
}

test("degraded replicas do twice the work, and errors fail one request in twenty", () => {
  // An incident of 30 s each minute but the first.
  const { world, entry } = withIncident("degraded");
  const used = world.processors.usedMs[0]! + world.processors.usedMs[1]!;
  expect(Math.abs(used / entry.arrived / 5 - (1 + 0.45))).toBeLessThan(0.05);
  const failing = withIncident("error").entry;
  expect(Math.abs(failing.failed / failing.arrived - 0.05 * 0.45)).toBeLessThan(0.006);
});

test("at ten times the speed start-up, back-off and drains take a tenth", () => {
  const calibration = declaredCalibration(quick, scaleTiming(kubernetesTiming, 10));
  const twin = createRequestTwin(quick, calibration, {
    rng: createRng(1),
    ratePerS: Float64Array.of(0),
    stepMs: 1_000,
    initialReplicas: Float64Array.of(1),
  });
  twin.kill(0, 1);
  twin.advanceTo(1_000);
  twin.kill(0, 1);
  twin.advanceTo(3_000);
  expect(kindsOf(twin)).toEqual([
    "0 crashed q-0",
    "0 restarted q-0",
    "300 ready q-0",
    "1000 crashed q-0",
    "2000 restarted q-0",
    "2300 ready q-0",
  ]);
});

test("a caller spreads its calls by connection: each of the eight stays with a replica for 8 to 12 s", () => {
  const back = { ...queueOf(constant(1)), name: "back" };
  const front = { ...queueOf(constant(1), {}, { calls: [[call("back", 1)]] }), name: "front" };
  const twin = bareTwin(topologyOf([front, back]), 0, 6, {
    startTimesMs: Float64Array.from({ length: 4_000 }, (_, i) => 10 * i),
    initialReplicas: Float64Array.of(1, 3),
  });
  const { usedMs } = twin.world.processors;
  const shares = (): number[] => {
    const used = [1, 2, 3].map((pod) => usedMs[pod]!);
    const total = used[0]! + used[1]! + used[2]!;
    return used.map((one) => (8 * one) / total);
  };
  twin.advanceTo(7_995);
  for (const share of shares()) expect(share).toBeCloseTo(Math.round(share), 1);
  twin.advanceTo(39_000);
  expect(shares().some((share) => Math.abs(share - Math.round(share)) > 0.1)).toBe(true);
});

function meanMsAt(replicas: number, connectionLifeMs: number): number {
  const twin = bareTwin(topologyOf([service("a", 5)]), 85 * replicas, 2, {
    initialReplicas: Float64Array.of(replicas),
    connectionLifeMs,
  });
  twin.advanceTo(200_000);
  return twin.entry.latencyMs / twin.entry.served;
}

test("connections that take turns keep replicas calmer than one per request would; a single replica does not care", () => {
  expect(meanMsAt(8, 10_000)).toBeLessThan(0.8 * meanMsAt(8, 0));
  expect(meanMsAt(1, 10_000)).toBeCloseTo(meanMsAt(1, 0), 6);
});
