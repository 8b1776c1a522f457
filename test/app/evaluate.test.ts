import { expect, test } from "vitest";
import { type Arena, playSeeds } from "../../src/app/evaluate.ts";
import { atEqualCost } from "../../src/app/evaluation/equal-cost.ts";
import { opponentOf } from "../../src/app/opponents.ts";
import { kubernetesTiming } from "../../src/control/loop/timing.ts";
import type { Outcome } from "../../src/control/loop/outcome.ts";
import { type CostedPlay, costedPlays } from "../../src/evaluate/costed.ts";
import type { EqualCostRow } from "../../src/evaluate/equal-cost.ts";
import { scaled } from "../../src/evaluate/scaled.ts";
import type { Workload } from "../../src/system/workload/workload.ts";
import { declaredCalibration } from "../../src/twin/calibrate/calibration.ts";
import { chain } from "../evaluate/chain.ts";

const { signal } = new AbortController();
const seeds = [1, 2, 3];
const arena: Arena = {
  topology: chain,
  calibration: declaredCalibration(chain, kubernetesTiming),
  workloads: seeds.map(waves),
  seeds,
};

/** Half an hour between 100 and 500 requests/s, a wave every five minutes that each seed starts elsewhere. */
function waves(seed: number): Workload {
  const ratePerS = Float64Array.from({ length: 1_800 }, (_, s) => 300 + 200 * Math.sin((2 * Math.PI * s) / 300 + seed));
  return { ratePerS, stepMs: 1_000, faults: [] };
}

const contestant = (spec: string) => opponentOf(spec, chain, kubernetesTiming);
const costed = (outcomes: readonly Outcome[]): CostedPlay[][] =>
  costedPlays([outcomes.map((outcome) => Object.assign(outcome, { lengthS: 1_800 }))], 1);
const playOf = async (spec: string): Promise<CostedPlay[][]> =>
  costed(await playSeeds(arena, contestant(spec).create, signal));
const against = (ours: readonly CostedPlay[][], spec: string): Promise<EqualCostRow> =>
  atEqualCost(spec, ours, async (turned, factor) => {
    const { create } = contestant(turned);
    return costed(await playSeeds(arena, factor === undefined ? create : (one) => scaled(create(one), factor), signal));
  });

test.each([
  ["feed-forward:1.4,holt=60", 1.4],
  ["feed-forward:1.4,holt=60,down=30", 1.4],
  ["hpa:60/70,down=60", 1],
  ["oracle:30,multiplier=1.6", 1.6],
  ["fixed:3", 1],
  ["random", 1],
])("%s against itself needs no turn of its knob and differs by nothing", async (spec, knob) => {
  const row = await against(await playOf(spec), spec);
  expect(row.knob).toBeCloseTo(knob, 10);
  expect(row).toMatchObject({ costRatio: 1, isReached: true, difference: { mean: 0, low: 0, high: 0 }, pValue: 1 });
});

test("a spec is turned into another that differs in the knob alone, and then differs by nothing", async () => {
  const row = await against(await playOf("feed-forward:1.6,holt=60,down=30"), "feed-forward:1.2,holt=60,down=30");
  expect(row.knob).toBeCloseTo(1.6, 1);
  expect(row.isReached).toBe(true);
  expect(Math.abs(row.difference.mean)).toBeLessThan(0.01);
});

test("where an HPA's target starts makes no difference at equal cost", async () => {
  const ours = await playOf("feed-forward:1.6");
  const [low, high] = [await against(ours, "hpa:50"), await against(ours, "hpa:60")];
  expect(low.isReached && high.isReached).toBe(true);
  expect(50 / low.knob / (60 / high.knob)).toBeCloseTo(1, 1);
  expect(Math.abs(low.opponentViolatingShare - high.opponentViolatingShare)).toBeLessThan(0.001);
});
