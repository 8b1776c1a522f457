import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { type KarmaCase, karmaCases, karmaFamilies } from "../../../src/evaluate/papers/karma-cases.ts";
import { parseTopology } from "../../../src/system/topology/parse.ts";
import type { Topology } from "../../../src/system/topology/topology.ts";
import { realizeWorkload } from "../../../src/system/workload/realize.ts";
import type { Workload } from "../../../src/system/workload/workload.ts";

function karmaChained(): Topology {
  const text = readFileSync(new URL("../../../topologies/karma-chained.json", import.meta.url), "utf8");
  const decoded = parseTopology(text, "karma-chained.json");
  if (!decoded.ok) throw new Error("the shipped topology is broken");
  return decoded.value;
}

const topology = karmaChained();
const cases = karmaCases(topology, 24);

function workloadOf({ scenario }: KarmaCase, seed: number): Workload {
  return realizeWorkload(scenario, topology, {
    rng: createRng(seed),
    stepMs: 1_000,
    timeScale: 1,
    traces: new Map(),
  });
}

test("there are five families, in fifteen intensities that differ", () => {
  expect([...new Set(cases.map(({ family }) => family))]).toEqual(karmaFamilies);
  expect(new Set(cases.map(({ family, intensity }) => `${family} ${intensity}`)).size).toBe(15);
});

test.each(cases.map((one) => [`${one.family} ${one.intensity}`, one] as const))(
  "%s fits KARMA's topology, and all that lasts ends with time left to recover",
  (_, one) => {
    const { faults, ratePerS } = workloadOf(one, 1);
    expect(ratePerS).toHaveLength(2_700);
    for (const fault of faults) {
      expect(fault.atMs).toBeGreaterThanOrEqual(600_000);
      expect(fault.atMs + ("durationMs" in fault ? fault.durationMs : 0)).toBeLessThanOrEqual(1_500_000);
    }
  },
);

test("an attack that leaves the arrivals as they are is none", () => {
  const harmless = cases.find(({ intensity }) => intensity === "arrivals x 1")!;
  expect(workloadOf(harmless, 1).faults).toEqual([]);
});

test("pods fail as often as the percentage says: of the replicas at the start, in a minute", () => {
  const one = cases.find(({ intensity }) => intensity === "20 % a minute")!;
  const kills = Array.from({ length: 200 }, (_, seed) => workloadOf(one, seed).faults.length);
  // Four services that start with one replica each, 15 minutes.
  expect(kills.reduce((sum, count) => sum + count) / kills.length / (0.2 * 4 * 15)).toBeCloseTo(1, 1);
});

test("the bottleneck is the service that is first at its limit", () => {
  const one = cases.find(({ family }) => family === "bottleneck")!;
  expect(workloadOf(one, 1).faults).toMatchObject([{ kind: "bottleneck", service: "b", factor: 2 }]);
});
