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
  expect(row.oursViolatingShare).toBeCloseTo(0.02);
  expect(row.opponentViolatingShare).toBeCloseTo(0.101, 2);
  expect(row.difference.mean).toBeCloseTo(row.opponentViolatingShare - row.oursViolatingShare, 10);
  expect(row.difference.low).toBeGreaterThan(0);
});

test("an opponent equal to us in every seed differs by nothing", async () => {
  const play = async (knob: number) => ours.map(({ violating, podSeconds }) => outcomeOf(violating, podSeconds * knob));
  const row = await compareAtEqualCost("twin", ours, play, [0.25, 4], rng());
  expect(row.knob).toBe(1);
  expect(row.difference).toMatchObject({ mean: 0, low: 0, high: 0 });
});

test("differences are paired by seed: what is common to a seed does not widen the interval", async () => {
  const noisy = [outcomeOf(10, 100), outcomeOf(500, 100), outcomeOf(900, 100)];
  const play = async (knob: number) => noisy.map(({ violating }) => outcomeOf(violating + 5, 100 * knob));
  const { difference } = await compareAtEqualCost("paired", noisy, play, [0.5, 2], rng());
  expect(difference.low).toBeCloseTo(0.005, 10);
  expect(difference.high).toBeCloseTo(0.005, 10);
});

test("an opponent whose sizes come in steps is taken at the step nearest to our cost, and says how near", async () => {
  const play = async (knob: number) => ours.map(() => outcomeOf(0, 2_500 * Math.max(1, Math.round(knob))));
  const row = await compareAtEqualCost("steps", ours, play, [0.25, 8], rng());
  expect(row.costRatio).toBeCloseTo(2_500 / 3_000, 6);
});
