import { describe, expect, test } from "vitest";
import { quantileOf } from "../../../src/core/histogram.ts";
import { createRng } from "../../../src/core/rng.ts";
import { growthTable } from "../../../src/system/topology/growth.ts";
import type { Service, Topology } from "../../../src/system/topology/topology.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { growthAt, growthCurve } from "../../../src/twin/fluid/work-growth.ts";
import { createRequestTwin } from "../../../src/twin/requests/create-request-twin.ts";
import { call, declared, episode, service, topologyOf } from "../fixtures.ts";

const linear = growthTable({ curve: "linear", factor: 4 }, 32);

describe("the mean factor", () => {
  const curve = growthCurve(linear);

  test("is 1 in an empty replica and the last in a full one", () => {
    expect(growthAt(curve, 0, 0)).toBe(1);
    expect(growthAt(curve, 40, 0)).toBe(4);
    expect(growthAt(curve, 20, 20)).toBe(4);
  });

  test("of a line is the line at the mean, whatever the distribution, where slots are plenty", () => {
    for (const [cpu, held] of [
      [2, 0],
      [1, 1],
      [0, 2],
    ] as const)
      expect(growthAt(curve, cpu, held)).toBeCloseTo(1 + (3 * 2) / 31, 2);
  });

  test("of a curve that bends upwards is larger where numbers vary more", () => {
    const bent = growthCurve(growthTable({ curve: "non-linear", factor: 4 }, 32));
    expect(growthAt(bent, 3, 0)).toBeGreaterThan(1.3 * (growthAt(bent, 0, 3) - 1) + 1);
    // E N² of a geometric number of mean 3 is 3 + 2 × 9.
    expect(growthAt(bent, 3, 0)).toBeCloseTo(1 + (3 * 21) / 31 ** 2, 2);
  });
});

const sized = (curve: "linear" | "non-linear", factor: number, cpuMilli: number): Partial<Service> => ({
  cpuMilli,
  workGrowth: growthTable({ curve, factor }, 32),
});
const holding = topologyOf([
  service("a", 10, [[call("b", 1)]], sized("linear", 3, 1_000)),
  service("b", 20, [], { cpuMilli: 1_000 }),
]);

/** CPU of a replica of the first service, and p95 at the entry, in both twins at a constant rate. */
function both(topology: Topology, ratePerS: number): { fluid: number[]; requests: number[] } {
  const calibration = declared(topology);
  const start = episode(
    [ratePerS],
    topology.services.map(() => 4),
  );
  const fluid = createFluidTwin(topology, calibration, { environments: 1, tickMs: 1_000, recordLatency: true });
  fluid.reset(0, start);
  fluid.advance(60);
  fluid.clearOutcome();
  fluid.advance(30);
  const requests = createRequestTwin(topology, calibration, { ...start, rng: createRng(1) });
  const usedMs = (): number =>
    requests.world.services.pods[0]!.reduce((sum, pod) => sum + requests.world.processors.usedMs[pod]!, 0);
  requests.advanceTo(30_000);
  const fromMs = usedMs();
  requests.latency.counts.fill(0);
  requests.advanceTo(230_000);
  const cpu = (usedMs() - fromMs) / (200 * 4 * topology.services[0]!.cpuMilli);
  return {
    fluid: [fluid.stations.busy[0]!, quantileOf(fluid.latency!, 0.95)],
    requests: [cpu, quantileOf(requests.latency, 0.95)],
  };
}

test.each([
  ["linear, half a core", topologyOf([service("a", 20, [], sized("linear", 2, 500))]), 50, 1.02],
  ["linear, a core", topologyOf([service("a", 20, [], sized("linear", 4, 1_000))]), 60, 1.03],
  ["non-linear, a core", topologyOf([service("a", 20, [], sized("non-linear", 4, 1_000))]), 80, 1.008],
  ["slots held by calls", holding, 100, 1.08],
] as const)("both twins agree on CPU within .02 and on p95 within 15 %: %s", (_title, topology, ratePerS, least) => {
  const { fluid, requests } = both(topology, ratePerS);
  const { workMs } = topology.services[0]!.endpoints[0]!;
  const plain = (ratePerS * workMs.mean) / (4 * topology.services[0]!.cpuMilli);
  // The work did grow, so agreeing is no accident.
  expect(requests[0]! / plain).toBeGreaterThan(least);
  expect(Math.abs(fluid[0]! - requests[0]!)).toBeLessThan(0.02);
  expect(Math.abs(fluid[1]! / requests[1]! - 1)).toBeLessThan(0.15);
});

test("a replica that is overrun works at the factor of a full one, and recovers when the load is gone", () => {
  const topology = topologyOf([service("a", 20, [], sized("linear", 4, 1_000))]);
  const twin = createFluidTwin(topology, declared(topology), { environments: 1, tickMs: 1_000 });
  twin.reset(0, episode([60, 60, 60, 60, 60, 5], [1]));
  twin.advance(5);
  expect(twin.stations.workGrowth[0]).toBeGreaterThan(3.5);
  expect(twin.stations.served[0]).toBeCloseTo(1_000 / (20 * twin.stations.workGrowth[0]!), 6);
  twin.advance(120);
  expect(twin.stations.workGrowth[0]).toBeLessThan(1.05);
  expect(twin.stations.queued[0]).toBe(0);
});
