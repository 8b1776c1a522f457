import { expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import { compareAtEqualCost } from "../../src/evaluate/equal-cost.ts";
import type { CostedPlay } from "../../src/evaluate/costed.ts";

/** A run of a thousand requests. */
function playOf(violating: number, cost: number): CostedPlay {
  return { cost, violatingShare: violating / 1_000, requests: 1_000 };
}

const rng = (): ReturnType<typeof createRng> => createRng("equal cost");
const seeds = [playOf(10, 3_000), playOf(20, 3_200), playOf(30, 2_800)];
const ours = [seeds];

/** Costs 1000 per knob; each knob less gives a hundred violations more. */
async function playRising(knob: number): Promise<CostedPlay[][]> {
  return [seeds.map((_, seed) => playOf(400 - 100 * knob + seed, 1_000 * knob))];
}

async function playOurs(knob: number): Promise<CostedPlay[][]> {
  return [seeds.map(({ cost, ...rest }) => ({ ...rest, cost: cost * knob }))];
}

async function playInSteps(knob: number): Promise<CostedPlay[][]> {
  const replicas = Math.max(1, Math.round(knob));
  return [seeds.map((_, seed) => playOf(replicas === 1 ? 400 + seed : 100 + seed, 2_000 * replicas))];
}

test("the knob is turned until the opponent's mean cost is ours, and only then violations are compared", async () => {
  const row = await compareAtEqualCost("synthetic", ours, playRising, [0.25, 8], rng());
  expect(row.knob).toBeCloseTo(3, 1);
  expect(row.costRatio).toBeCloseTo(1, 2);
  expect(row.isReached).toBe(true);
  expect(row.oursViolatingShare).toBeCloseTo(0.02);
  expect(row.opponentViolatingShare).toBeCloseTo(0.101, 2);
  expect(row.difference.mean).toBeCloseTo(row.opponentViolatingShare - row.oursViolatingShare, 10);
  expect(row.difference.low).toBeGreaterThan(0);
});

test("an opponent equal to us in every seed differs by nothing, and by nothing that luck could not do", async () => {
  const row = await compareAtEqualCost("twin", ours, playOurs, [0.25, 4], rng());
  expect(row.knob).toBe(1);
  expect(row.difference).toMatchObject({ mean: 0, low: 0, high: 0 });
  expect(row.pValue).toBe(1);
});

test("differences are paired by seed: what is common to a seed does not widen the interval", async () => {
  const noisy = Array.from({ length: 8 }, (_, seed) => playOf(100 * seed, 100));
  const play = async (knob: number) => [noisy.map((_, seed) => playOf(100 * seed + 5, 100 * knob))];
  const { difference, pValue } = await compareAtEqualCost("paired", [noisy], play, [0.5, 2], rng());
  expect(difference.low).toBeCloseTo(0.005, 10);
  expect(difference.high).toBeCloseTo(0.005, 10);
  expect(pValue).toBeCloseTo(2 / 2 ** 8, 10);
});

test("between two steps of an opponent's sizes each seed's share is interpolated to our cost", async () => {
  const row = await compareAtEqualCost("steps", ours, playInSteps, [0.25, 8], rng());
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
    const play = async () => [seeds.map(() => playOf(0, podSeconds))];
    const row = await compareAtEqualCost("stiff", ours, play, [0.25, 8], rng());
    expect(row.isReached).toBe(false);
    expect(row.costRatio).toBeCloseTo(ratio, 6);
  },
);

test("each scenario counts the same in cost and violations, and seeds are drawn inside it", async () => {
  const easy = Array.from({ length: 6 }, () => playOf(0, 1));
  const hard = [playOf(100, 9), playOf(100, 9)];
  const play = async (knob: number) => [easy.map(() => playOf(10, knob)), hard.map(() => playOf(130, 9 * knob))];
  const row = await compareAtEqualCost("days", [easy, hard], play, [0.25, 4], rng());
  expect(row).toMatchObject({ knob: 1, costRatio: 1 });
  expect(row.oursViolatingShare).toBeCloseTo(0.05, 10);
  expect(row.difference.mean).toBeCloseTo(0.02, 10);
  expect(row.difference.low).toBeCloseTo(0.02, 10);
  expect(row.difference.high).toBeCloseTo(0.02, 10);
});
