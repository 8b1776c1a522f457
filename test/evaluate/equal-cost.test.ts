import { expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import { compareAtEqualCost } from "../../src/evaluate/equal-cost.ts";
import { outcomeOf } from "./outcome.ts";

const rng = (): ReturnType<typeof createRng> => createRng("equal cost");
const ours = [outcomeOf(10, 3_000), outcomeOf(20, 3_200), outcomeOf(30, 2_800)];

test("the knob is turned until the opponent's mean cost is ours, and only then violations are compared", async () => {
  // Costs 1000 pod-seconds per knob; each knob less gives a hundred violations more.
  const play = async (knob: number) => ours.map((_, seed) => outcomeOf(400 - 100 * knob + seed, 1_000 * knob));
  const row = await compareAtEqualCost("synthetic", ours, play, [0.25, 8], rng());
  expect(row.knob).toBeCloseTo(3, 1);
  expect(row.costRatio).toBeCloseTo(1, 2);
  expect(row.isReached).toBe(true);
  expect(row.oursViolatingShare).toBeCloseTo(0.02);
  expect(row.opponentViolatingShare).toBeCloseTo(0.101, 2);
  expect(row.difference.mean).toBeCloseTo(row.opponentViolatingShare - row.oursViolatingShare, 10);
  expect(row.difference.low).toBeGreaterThan(0);
});

test("an opponent equal to us in every seed differs by nothing, and by nothing that luck could not do", async () => {
  const play = async (knob: number) => ours.map(({ violating, podSeconds }) => outcomeOf(violating, podSeconds * knob));
  const row = await compareAtEqualCost("twin", ours, play, [0.25, 4], rng());
  expect(row.knob).toBe(1);
  expect(row.difference).toMatchObject({ mean: 0, low: 0, high: 0 });
  expect(row.pValue).toBe(1);
});

test("differences are paired by seed: what is common to a seed does not widen the interval", async () => {
  const noisy = Array.from({ length: 8 }, (_, seed) => outcomeOf(100 * seed, 100));
  const play = async (knob: number) => noisy.map(({ violating }) => outcomeOf(violating + 5, 100 * knob));
  const { difference, pValue } = await compareAtEqualCost("paired", noisy, play, [0.5, 2], rng());
  expect(difference.low).toBeCloseTo(0.005, 10);
  expect(difference.high).toBeCloseTo(0.005, 10);
  expect(pValue).toBeCloseTo(2 / 2 ** 8, 10);
});

test("between two steps of an opponent's sizes each seed's share is interpolated to our cost", async () => {
  const play = async (knob: number) => {
    const replicas = Math.max(1, Math.round(knob));
    return ours.map((_, seed) => outcomeOf(replicas === 1 ? 400 + seed : 100 + seed, 2_000 * replicas));
  };
  const row = await compareAtEqualCost("steps", ours, play, [0.25, 8], rng());
  expect(row.playedCostRatios.map((ratio) => ratio.toFixed(4))).toEqual(["0.6667", "1.3333"]);
  expect(row).toMatchObject({ costRatio: 1, isReached: true });
  // Halfway in cost and linear in the logarithm: the geometric mean, 20 % of 40 % and 10 %.
  expect(row.opponentViolatingShare).toBeCloseTo(0.201, 3);
});

test.each([
  ["dearer", 4_000, 4 / 3],
  ["cheaper", 2_000, 2 / 3],
])(
  "an opponent that is always %s than ours is not reached, and says how near it came",
  async (_, podSeconds, ratio) => {
    const play = async () => ours.map(() => outcomeOf(0, podSeconds));
    const row = await compareAtEqualCost("stiff", ours, play, [0.25, 8], rng());
    expect(row.isReached).toBe(false);
    expect(row.costRatio).toBeCloseTo(ratio, 6);
  },
);
