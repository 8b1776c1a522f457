import { expect, test } from "vitest";
import { type Rng, createRng } from "../../src/core/rng.ts";
import { comparePaired, compareWithAll, pairedDifferences } from "../../src/evaluate/statistics-paired.ts";

const fast = { resamples: 300 };

/** Violating shares of one autoscaler: a few bad seeds, most near 1 %; seeds shift every autoscaler alike. */
function shares(seeds: readonly number[], rng: Rng, offset = 0): number[] {
  return seeds.map((seed) => 0.01 * Math.exp(createRng(seed).normal()) + 0.002 * rng.normal() + offset);
}

const seeds = Array.from({ length: 30 }, (_, seed) => seed);

test("differences are theirs - ours, seed by seed", () => {
  expect(pairedDifferences([[1, 2], [3]], [[5, 5], [2]])).toEqual([[4, 3], [-1]]);
});

test("sides of other shapes are a bug", () => {
  expect(() => pairedDifferences([[1, 2]], [[1]])).toThrow("the same seeds on both sides");
  expect(() => pairedDifferences([[1]], [[1], [2]])).toThrow("the same seeds on both sides");
});

test("what the seeds do to both sides does not hide a difference", () => {
  const rng = createRng(1);
  const ours = [shares(seeds, rng)];
  const theirs = [shares(seeds, rng, 0.003)];
  const compared = comparePaired(ours, theirs, createRng(2), fast);
  expect(compared.p).toBeLessThan(0.01);
  expect(compared.difference.low).toBeGreaterThan(0);
  expect(compared.interquartileDifference.low).toBeGreaterThan(0);
  expect(compared.probabilityOfImprovement.mean).toBeGreaterThan(0.5);
  // The same values with their seeds shuffled apart: the difference drowns in the spread of the seeds.
  const apart = comparePaired(ours, [theirs[0]!.toReversed()], createRng(2), fast);
  expect(apart.p).toBeGreaterThan(0.05);
});

test("an interval clear of 0 and a small p-value go together", () => {
  const rng = createRng(3);
  let disagreements = 0;
  for (let repeat = 0; repeat < 60; repeat++) {
    const ours = [shares(seeds, rng)];
    const theirs = [shares(seeds, rng, 0.001)];
    const { p, difference } = comparePaired(ours, theirs, rng.split(repeat), fast);
    if (p < 0.05 !== (difference.low > 0 || difference.high < 0)) disagreements++;
  }
  expect(disagreements).toBeLessThan(9);
});

test("opponents of one call are corrected together", () => {
  const rng = createRng(4);
  const ours = [shares(seeds, rng)];
  const opponents = new Map([
    ["worse", [shares(seeds, rng, 0.01)]],
    ["same", [shares(seeds, rng)]],
    ["alike", [shares(seeds, rng)]],
  ]);
  const rows = compareWithAll(ours, opponents, createRng(5), fast);
  expect(rows.map(({ opponent }) => opponent)).toEqual(["worse", "same", "alike"]);
  expect(rows.map(({ isSignificant }) => isSignificant)).toEqual([true, false, false]);
  for (const { p, pAdjusted } of rows) expect(pAdjusted).toBeGreaterThanOrEqual(p);
  expect(rows[0]!.pAdjusted).toBeCloseTo(3 * rows[0]!.p, 12);
});

test("an opponent is compared alike whoever else is", () => {
  const rng = createRng(6);
  const ours = [shares(seeds, rng)];
  const theirs = [shares(seeds, rng, 0.002)];
  const [alone] = compareWithAll(ours, new Map([["hpa", theirs]]), createRng(7), fast);
  const together = compareWithAll(
    ours,
    new Map([
      ["x", ours],
      ["hpa", theirs],
    ]),
    createRng(7),
    fast,
  )[1]!;
  const { pAdjusted, isSignificant } = alone!;
  expect({ ...together, pAdjusted, isSignificant }).toEqual(alone);
});

test("null test: under other seeds an autoscaler does not differ from itself in 94 % of 200 repeats", () => {
  const rng = createRng("null test");
  let silent = 0;
  for (let repeat = 0; repeat < 200; repeat++) {
    const side = (name: string): number[][] => {
      const own = rng.split(`${repeat} ${name}`);
      const calm = seeds.map(() => 0.001 * Math.exp(own.normal()));
      const bursty = seeds.map(() => 0.02 * Math.exp(1.5 * own.normal()));
      return [calm, bursty];
    };
    const [row] = compareWithAll(side("ours"), new Map([["itself", side("theirs")]]), rng.split(repeat), {
      resamples: 1,
    });
    if (!row!.isSignificant) silent++;
  }
  expect(silent).toBeGreaterThanOrEqual(188);
}, 60_000);
