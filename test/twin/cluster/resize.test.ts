import { describe, expect, test } from "vitest";
import { quantileOf } from "../../../src/core/histogram.ts";
import { createRng } from "../../../src/core/rng.ts";
import { type TwinCluster, createTwinCluster } from "../../../src/twin/cluster/twin-cluster.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { createRequestTwinCluster } from "../../../src/twin/requests/request-cluster.ts";
import { declared, episode, service, topologyOf } from "../fixtures.ts";

const topology = topologyOf([service("a", 10, [], { cpuMilli: 1_000, queueLimit: 1_000 })]);

const makers = [
  ["fluid", createTwinCluster],
  ["request-level", createRequestTwinCluster],
] as const;

/** 120 requests/s of 10 ms on two replicas: 60 % of a core each. */
function clusterOf(make: (typeof makers)[number][1], more: { idleCpuShare?: number } = {}): TwinCluster {
  const calibration = declared(topology);
  const services = calibration.services.map((one) => Object.assign(one, more));
  return make(
    topology,
    { ...calibration, services },
    {
      workload: { ratePerS: Float64Array.of(120), stepMs: 1_000, faults: [] },
      rng: createRng(3),
      initialReplicas: Float64Array.of(2),
    },
  );
}

async function cpuAfter({ cluster, clock }: TwinCluster, seconds: number): Promise<number> {
  await clock.sleepUntil(clock.nowMs() + seconds * 1_000);
  return (await cluster.observe()).cpu[0]!;
}

describe.each(makers)("a resize of the %s twin", (_name, make) => {
  test("makes CPU a share of the new limit, there and back", async () => {
    const twin = clusterOf(make);
    expect(Math.abs((await cpuAfter(twin, 120)) - 0.6)).toBeLessThan(0.06);
    await twin.cluster.resize("a", 750);
    // The window reaches back to before the resize.
    expect(Math.abs((await cpuAfter(twin, 20)) - 0.7)).toBeLessThan(0.15);
    expect(Math.abs((await cpuAfter(twin, 120)) - 0.8)).toBeLessThan(0.08);
    await twin.cluster.resize("a", 1_000);
    expect(Math.abs((await cpuAfter(twin, 120)) - 0.6)).toBeLessThan(0.06);
  });

  test("saturates what was not, and a queue builds up; replicas to come have the new limit too", async () => {
    const twin = clusterOf(make);
    await twin.cluster.resize("a", 400);
    expect(await cpuAfter(twin, 60)).toBeGreaterThan(0.94);
    expect((await twin.cluster.observe()).servedPerS[0]! / 80).toBeCloseTo(1, 1);
    expect((await twin.cluster.observe()).queued[0]).toBeGreaterThan(500);
    await twin.cluster.scale("a", 6);
    expect(Math.abs((await cpuAfter(twin, 200)) - 120 / (6 * 40))).toBeLessThan(0.06);
    expect(twin.limitsMilli("a")).toEqual([400, 400, 400, 400, 400, 400]);
  });

  test("leaves an idle replica its CPU: a larger share of less", async () => {
    const twin = clusterOf(make, { idleCpuShare: 0.1 });
    expect(Math.abs((await cpuAfter(twin, 120)) - 0.7)).toBeLessThan(0.07);
    await twin.cluster.resize("a", 800);
    expect(Math.abs((await cpuAfter(twin, 120)) - 0.7 / 0.8)).toBeLessThan(0.08);
  });

  test("counts replicas by their share of the declared limit from then on", async () => {
    const twin = clusterOf(make);
    await twin.clock.sleepUntil(100_000);
    await twin.cluster.resize("a", 750);
    await twin.clock.sleepUntil(300_000);
    const { servicePodSeconds, serviceSizedPodSeconds } = twin.outcome();
    expect(servicePodSeconds[0]).toBeCloseTo(600, 6);
    expect(serviceSizedPodSeconds[0]).toBeCloseTo(200 + 0.75 * 400, 6);
    expect((await twin.cluster.observe()).cpuMilli[0]).toBe(750);
  });

  test("beyond its threads is refused", async () => {
    await expect(clusterOf(make).cluster.resize("a", 1_500)).rejects.toThrow("at most 1000 millicores, got 1500");
  });
});

test.each(makers)(
  "a bottleneck of the limit lets the %s twin use less, and readings go by the limit as it was",
  async (_name, make) => {
    const twin = clusterOf(make);
    const fault = { kind: "bottleneck", atMs: 0, durationMs: 200_000, service: "a", factor: 2, of: "limit" } as const;
    await twin.cluster.inject(fault);
    // Two replicas of half a core for 1.2 cores of work.
    expect(Math.abs((await cpuAfter(twin, 150)) - 0.5)).toBeLessThan(0.04);
    expect((await twin.cluster.observe()).servedPerS[0]! / 100).toBeCloseTo(1, 1);
    expect(twin.limitsMilli("a")).toEqual([1_000, 1_000]);
    expect(Math.abs((await cpuAfter(twin, 150)) - 0.6)).toBeLessThan(0.06);
  },
);

test("both twins agree on CPU and latency after a resize", async () => {
  const [fluid, requests] = [clusterOf(createTwinCluster), clusterOf(createRequestTwinCluster)];
  const p95: number[] = [];
  for (const twin of [fluid, requests]) {
    await twin.cluster.resize("a", 800);
    await twin.clock.sleepUntil(900_000);
    p95.push(quantileOf(twin.outcome().latency, 0.95));
  }
  expect(Math.abs(p95[0]! / p95[1]! - 1)).toBeLessThan(0.12);
});

test("a fluid twin of many environments is not resized, and a reset gives back the size of the plan", () => {
  const many = createFluidTwin(topology, declared(topology), { environments: 2, tickMs: 1_000 });
  expect(() => many.resize(0, 500)).toThrow("of one environment");
  const one = createFluidTwin(topology, declared(topology), { environments: 1, tickMs: 1_000 });
  one.resize(0, 500);
  expect(one.limitCores(0)).toBe(0.5);
  expect(one.observe().cpuMilli[0]).toBe(500);
  one.reset(0, episode([50], [1]));
  expect(one.observe().cpuMilli[0]).toBe(1_000);
  expect(one.limitCores(0)).toBe(1);
  one.advance(1);
  expect(one.stations.busy[0]).toBeCloseTo(0.5, 9);
});
