import { expect, test } from "vitest";
import type { Inputs } from "../../src/app/inputs.ts";
import { type TrainingFaults, trainingFaultNames, trainingFaults } from "../../src/app/training-faults.ts";
import { createRng } from "../../src/core/rng.ts";
import type { Fault } from "../../src/system/workload/fault.ts";
import type { ScenarioFault } from "../../src/system/workload/scenario.ts";
import { chain } from "../team/chain.ts";

const kill: ScenarioFault = { kind: "kill-pod", startS: 1_000, service: "c", count: 2 };
const slow: ScenarioFault = { kind: "bottleneck", startS: 1_200, durationS: 600, service: "c", factor: 3 };

function inputsWith(faults: readonly ScenarioFault[], lengthS: number): Inputs {
  const arrivals = { process: "poisson", flashCrowds: [], isSynthetic: false } as const;
  const scenario = { arrivals, faults, lengthS, seed: 1 };
  return { topology: chain, topologyPath: "", topologyHash: "", scenario, traces: new Map(), warnings: [] };
}

/** Of an hour, or of the length that is said. */
function drawn(name: TrainingFaults, inputs: Inputs, seed: number, lengthMs = 3_600_000): readonly Fault[] {
  return trainingFaults(name, inputs, { timeScale: 1, meanRatePerS: 400 })(createRng(seed), lengthMs);
}

const seeds = Array.from({ length: 40 }, (_, seed) => seed);

test("a short scenario lies anywhere in an episode, whole", () => {
  const starts = seeds.map((seed) => {
    const [first, second] = drawn("scenario", inputsWith([kill, slow], 1_800), seed);
    expect(first).toMatchObject({ kind: "kill-pod", count: 2 });
    expect(second!.atMs - first!.atMs).toBeCloseTo(200_000, 3);
    expect(second).toMatchObject({ kind: "bottleneck", durationMs: 600_000 });
    return first!.atMs;
  });
  expect(Math.min(...starts)).toBeGreaterThanOrEqual(1_000_000);
  expect(Math.max(...starts)).toBeLessThan(1_000_000 + 1_800_000);
  expect(new Set(starts).size).toBe(40);
});

test("of a long scenario an episode has a piece: what began before it lasts no longer than it would have", () => {
  const pieces = seeds.map((seed) => drawn("scenario", inputsWith([kill, slow], 7_200), seed, 600_000));
  expect(pieces.filter((faults) => faults.length === 0).length).toBeGreaterThan(10);
  for (const fault of pieces.flat()) {
    expect(fault.atMs).toBeGreaterThanOrEqual(0);
    expect(fault.atMs).toBeLessThan(600_000);
    if ("durationMs" in fault && fault.atMs > 0) expect(fault.durationMs).toBeCloseTo(600_000, 3);
    if ("durationMs" in fault) expect(fault.durationMs).toBeLessThanOrEqual(600_000 + 1e-6);
  }
});

test.each(trainingFaultNames)("%s: the same dice, the same faults", (name) => {
  const inputs = inputsWith([kill], 1_800);
  expect(drawn(name, inputs, 7)).toEqual(drawn(name, inputs, 7));
});

test("a limit cannot be divided in many environments at once", () => {
  const limit: ScenarioFault = { ...slow, of: "limit" };
  expect(() => drawn("scenario", inputsWith([limit], 1_800), 1)).toThrow("expected no bottleneck of the limit");
});
