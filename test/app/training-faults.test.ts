import { expect, test } from "vitest";
import type { Inputs } from "../../src/app/inputs.ts";
import { type TrainingFaults, trainingFaultNames, trainingFaults } from "../../src/app/training-faults.ts";
import { createTrainingGame } from "../../src/app/training-game.ts";
import { createRng } from "../../src/core/rng.ts";
import type { Fault } from "../../src/system/workload/fault.ts";
import type { ScenarioFault } from "../../src/system/workload/scenario.ts";
import type { VectorGame } from "../../src/team/env/vector-game.ts";
import { preferredAction } from "../../src/team/policy/actions.ts";
import { calibrationOf, chain } from "../team/chain.ts";

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

test("a scenario without faults is refused where its faults are asked for", () => {
  expect(() => drawn("scenario", inputsWith([], 1_800), 1)).toThrow(
    expect.objectContaining({ code: "INPUT_INVALID", hint: expect.stringContaining("--faults any") }),
  );
  expect(() => drawn("any", inputsWith([], 1_800), 1)).not.toThrow();
});

test("a limit cannot be divided in many environments at once", () => {
  const limit: ScenarioFault = { ...slow, of: "limit" };
  expect(() => drawn("scenario", inputsWith([limit], 1_800), 1)).toThrow("expected no bottleneck of the limit");
});

/** A team's game of half an hour in which everybody asks for 1.25 x the need. */
function trained(faults?: TrainingFaults): VectorGame {
  const inputs = inputsWith([slow], 1_800);
  const request = { inputs, timeScale: 1, volumePerS: 400, kappa: 40, ...(faults && { faults }) };
  const measures = { calibration: calibrationOf(chain), headroom: 1.4, meanRatePerS: 400 };
  const game = createTrainingGame(request, measures, 16, "same");
  game.restart(0);
  game.clearTotals();
  const actions = new Int32Array(game.agents * game.environments).fill(preferredAction);
  for (let step = 0; step < 120; step++) {
    game.step(actions);
    game.resetEnded();
  }
  return game;
}

test("in training faults are played where they are asked for, the same for the same seed", () => {
  const [none, some, again] = [trained(), trained("any"), trained("any")];
  expect(some.totals["violating"]).toBeGreaterThan(1.5 * none.totals["violating"]!);
  expect(some.totals["requests"]).toBe(none.totals["requests"]);
  expect(again.rewards).toEqual(some.rewards);
  expect(again.observations).toEqual(some.observations);
  expect(trained("scenario").totals["violating"]).toBeGreaterThan(1.2 * none.totals["violating"]!);
});
