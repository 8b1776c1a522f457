import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import {
  type Strata,
  interquartileMean,
  meanOfStrata,
  probabilityOfImprovement,
  stratifiedBootstrap,
} from "../../src/evaluate/statistics.ts";

const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const strata = fc.array(fc.array(value, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 });

describe("the stratified bootstrap", () => {
  test("covers the true mean in about 95 % of samples, also where strata lie far apart", () => {
    const rng = createRng(1);
    let covered = 0;
    for (let trial = 0; trial < 300; trial++) {
      const sample = [0, 100].map((centre) => Array.from({ length: 20 }, () => centre + rng.normal()));
      const { low, high } = stratifiedBootstrap(sample, meanOfStrata, rng.split(trial), { resamples: 400 });
      if (low <= 50 && 50 <= high) covered++;
    }
    expect(covered / 300).toBeGreaterThan(0.89);
    expect(covered / 300).toBeLessThan(0.99);
  });

  test("is not widened by what lies between strata", () => {
    const apart: Strata = [
      [0, 1, 2, 1, 0, 2],
      [100, 101, 102, 101, 100, 102],
    ];
    const kept = stratifiedBootstrap(apart, meanOfStrata, createRng(1));
    const mixed = stratifiedBootstrap([apart.flat()], meanOfStrata, createRng(1));
    expect(kept.high - kept.low).toBeLessThan(2);
    expect(mixed.high - mixed.low).toBeGreaterThan(40);
  });

  test("moves with its values, and draws the same from the same seed", () => {
    fc.assert(
      fc.property(strata, value, (values, shift) => {
        const options = { resamples: 50 };
        const here = stratifiedBootstrap(values, meanOfStrata, createRng(3), options);
        const moved = values.map((one) => one.map((each) => each + shift));
        const there = stratifiedBootstrap(moved, meanOfStrata, createRng(3), options);
        expect(there.low - here.low).toBeCloseTo(shift, 6);
        expect(there.mean - here.mean).toBeCloseTo(shift, 6);
        expect(there.high - here.high).toBeCloseTo(shift, 6);
      }),
      { numRuns: 50 },
    );
  });

  test("is wider at a higher level", () => {
    const values = [[1, 5, 2, 8, 3, 9, 4]];
    const narrow = stratifiedBootstrap(values, meanOfStrata, createRng(1), { level: 0.5 });
    const wide = stratifiedBootstrap(values, meanOfStrata, createRng(1), { level: 0.99 });
    expect(wide.low).toBeLessThan(narrow.low);
    expect(wide.high).toBeGreaterThan(narrow.high);
  });
});

// Means of scipy.stats.trim_mean(values, 0.25).
test.each([
  [[1, 2, 3, 4, 5, 6, 7, 8], 4.5],
  [[0, 0, 0, 100], 0],
  [[7, 1, 100], 36],
  [[5, -1000, 1, 2, 3, 4, 9999, 6, 7], 4],
  [[3], 3],
])("the interquartile mean of %j is %d", (values, expected) => {
  expect(interquartileMean([values])).toBeCloseTo(expected, 12);
});

test("the interquartile mean takes all strata together and does not feel one wild value", () => {
  expect(
    interquartileMean([
      [1, 2],
      [3, 4, 5],
      [6, 7, 1e9],
    ]),
  ).toBe(4.5);
  fc.assert(
    fc.property(strata, (values) => {
      const all = values.flat();
      expect(interquartileMean(values)).toBeGreaterThanOrEqual(Math.min(...all) - 1e-9);
      expect(interquartileMean(values)).toBeLessThanOrEqual(Math.max(...all) + 1e-9);
    }),
  );
});

test.each<[Strata, Strata, number]>([
  [[[1, 2]], [[3, 4]], 1],
  [[[3, 4]], [[1, 2]], 0],
  [[[1, 3]], [[2, 2]], 0.5],
  [[[1, 1]], [[1, 1]], 0.5],
  // Every stratum counts the same, however many runs it has: (1 + 0) / 2.
  [[[1], [5, 5, 5]], [[2], [4, 4, 4]], 0.5],
  [[[1, 2, 3]], [[2, 2, 9]], (3 + 2 + 1) / 9],
])("the probability that %j is below %j is %d", (ours, theirs, expected) => {
  expect(probabilityOfImprovement(ours, theirs)).toBeCloseTo(expected, 12);
});

test("the probability of improvement turns round with the sides and with what is better", () => {
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 9 }), fc.array(value, { minLength: 1 }), (ours, theirs) => {
      const forth = probabilityOfImprovement([ours], [theirs]);
      expect(forth + probabilityOfImprovement([theirs], [ours])).toBeCloseTo(1, 12);
      expect(forth + probabilityOfImprovement([ours], [theirs], "higher")).toBeCloseTo(1, 12);
    }),
  );
});
