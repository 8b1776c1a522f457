import { describe, expect, test } from "vitest";
import { quantileOf } from "../../../src/core/histogram.ts";
import { meanOf } from "../../../src/core/statistics.ts";
import type { Topology } from "../../../src/system/topology/topology.ts";
import { call, service, topologyOf } from "../fixtures.ts";
import { bareTwin, constant, exponential, meansMs, queueOf, singleQueue } from "./fixtures.ts";

/** Half width of the 99.9 % interval of the mean over seeds, from Student's t with 9 degrees of freedom. */
function halfWidth(values: readonly number[]): number {
  const mean = meanOf(values);
  const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1);
  return 4.78 * Math.sqrt(variance / values.length);
}

const SEEDS = 10;
const WORK_MS = 10;

function expectMean(topology: Topology, ratePerS: number, expectedMs: number): void {
  const means = meansMs((seed) => bareTwin(topology, ratePerS, seed), 400, SEEDS);
  const width = halfWidth(means);
  expect(width, "too few requests to tell").toBeLessThan(0.15 * expectedMs);
  expect(Math.abs(meanOf(means) - expectedMs), `mean ${meanOf(means)}, theory ${expectedMs}`).toBeLessThan(width);
}

/** Erlang's C: probability that a request waits. */
function waitProbability(servers: number, load: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < servers; k++) sum += term *= load / k;
  const last = ((term * load) / servers / (1 - load / servers)) * 1;
  return last / (sum + last);
}

describe("mean time in the system", () => {
  test.each([0.5, 0.7, 0.85])("M/M/1, first come first served, at %s", (rho) => {
    const topology = singleQueue(exponential(WORK_MS), { concurrency: 1 });
    expectMean(topology, (1_000 * rho) / WORK_MS, WORK_MS / (1 - rho));
  });

  test.each([0.5, 0.7, 0.85])("M/D/1, first come first served, at %s", (rho) => {
    const topology = singleQueue(constant(WORK_MS), { concurrency: 1 });
    expectMean(topology, (1_000 * rho) / WORK_MS, WORK_MS + (rho * WORK_MS) / (2 * (1 - rho)));
  });

  test.each([
    [2, 0.7],
    [4, 0.8],
  ])("M/M/%i at %s", (servers, rho) => {
    const topology = singleQueue(exponential(WORK_MS), { cpuMilli: 1_000 * servers, concurrency: servers });
    const waitMs = (waitProbability(servers, servers * rho) * WORK_MS) / (servers * (1 - rho));
    expectMean(topology, (1_000 * servers * rho) / WORK_MS, WORK_MS + waitMs);
  });

  test.each([
    ["constant", constant(WORK_MS)],
    ["exponential", exponential(WORK_MS)],
    ["lognormal", { kind: "lognormal", mean: WORK_MS, cv: 1.5 } as const],
  ])("M/G/1 with shared CPU does not depend on the distribution: %s", (_, work) => {
    expectMean(singleQueue(work), 70, WORK_MS / 0.3);
  });

  test("M/G/1, first come first served, depends on the spread of the work as Pollaczek and Khinchine say", () => {
    const topology = singleQueue({ kind: "lognormal", mean: WORK_MS, cv: 1.5 }, { concurrency: 1 });
    expectMean(topology, 60, WORK_MS + (0.6 * WORK_MS * (1 + 1.5 ** 2)) / (2 * 0.4));
  });

  test("two stations in tandem are two queues, the second as if the first were not there", () => {
    const second = { ...queueOf(exponential(8), { concurrency: 1 }), name: "second" };
    // The caller keeps its slot while it calls, so its own work must not be limited by slots to be a station of its own.
    const first = queueOf(exponential(WORK_MS), {}, { calls: [[call("second", 1, { timeoutMs: 1e9 })]] });
    expectMean(topologyOf([first, second]), 60, WORK_MS / 0.4 + 8 / 0.52);
  });

  test("a request that forks to two equal stations takes longer than one, and less than if they were independent", () => {
    const fork = [call("left", 1, { timeoutMs: 1e9 }), call("right", 1, { timeoutMs: 1e9 })];
    const leaf = (name: string) => ({ ...queueOf(exponential(WORK_MS), { concurrency: 1 }), name });
    const topology = topologyOf([queueOf(constant(0), {}, { calls: [fork] }), leaf("left"), leaf("right")]);
    const rho = 0.6;
    // Exact for two exponential servers (Flatto & Hahn 1984; Nelson & Tantawi 1988): (12 - rho) / 8 of M/M/1.
    expectMean(topology, (1_000 * rho) / WORK_MS, (((12 - rho) / 8) * WORK_MS) / (1 - rho));
  });
});

test.each([0.5, 0.95, 0.99])("the %s quantile of M/M/1 is that of an exponential", (q) => {
  const rho = 0.6;
  const quantiles = Array.from({ length: SEEDS }, (_, seed) => {
    const twin = bareTwin(singleQueue(exponential(WORK_MS), { concurrency: 1 }), 60, seed + 1);
    twin.advanceTo(300_000);
    return quantileOf(twin.latency, q);
  });
  const expectedMs = (-Math.log(1 - q) * WORK_MS) / (1 - rho);
  expect(Math.abs(meanOf(quantiles) / expectedMs - 1)).toBeLessThan(0.06);
});

test("requests inside are the arrival rate times the mean time inside", () => {
  const twin = bareTwin(topologyOf([service("a", 5, [[call("b", 0.7)]]), service("b", 6)]), 70, 3);
  const STEP_MS = 20;
  let inside = 0;
  const steps = 20_000;
  for (let i = 1; i <= steps; i++) {
    twin.advanceTo(i * STEP_MS);
    inside += twin.entry.arrived - twin.entry.served;
  }
  const littles = (twin.entry.arrived / (steps * STEP_MS)) * (twin.entry.latencyMs / twin.entry.served);
  expect(Math.abs(inside / steps / littles - 1)).toBeLessThan(0.02);
});
