import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import { holmAdjusted, signFlipTest } from "../../src/evaluate/statistics-tests.ts";

test.each([
  // All on one side: only all + and all - get as far, 2 of 32 ways.
  [[1, 1, 1, 1, 1], 2 / 32],
  [[1, 2, 3, 4], 2 / 16],
  // |4 + 3 + 2 - 1| = 8: two sums of 10, two of 8.
  [[4, 3, 2, -1], 4 / 16],
  [[1, -1], 1],
  [[0, 0, 0], 1],
])("the sign-flip test of %j is exactly %d", (differences, expected) => {
  expect(signFlipTest([differences], createRng(1))).toBeCloseTo(expected, 12);
});

test("drawn signs agree with all of them", () => {
  const twelve = [0.3, 1.2, -0.4, 0.9, 0.1, 0.8, -0.7, 1.5, 0.2, -0.1, 0.6, 0.4];
  const exact = signFlipTest([twelve], createRng(1));
  // Two pairs without a difference add nothing to any sum but lift the number of pairs to where signs are drawn.
  const drawn = signFlipTest([[...twelve.map((one) => one * (14 / 12)), 0, 0]], createRng(1), 40_000);
  expect(exact).toBeGreaterThan(0.01);
  expect(Math.abs(drawn - exact)).toBeLessThan(0.005);
});

test("a p-value is above 0 and at most 1, whatever the sign and the scale of the differences", () => {
  const differences = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 11 });
  fc.assert(
    fc.property(differences, fc.double({ min: 0.001, max: 1_000, noNaN: true }), (values, scale) => {
      const p = signFlipTest([values], createRng(1));
      expect(p).toBeGreaterThan(0);
      expect(p).toBeLessThanOrEqual(1);
      expect(signFlipTest([values.map((one) => -one * scale)], createRng(1))).toBeCloseTo(p, 9);
    }),
  );
});

test("differences that cancel out are as likely as can be, whatever is left of them by rounding", () => {
  const cancelling = [36, -21, 37, 18, -21, -46, -18, -4, 49, -30];
  for (const scale of [1, 0.001, 0.3]) {
    expect(signFlipTest([cancelling.map((one) => one * scale)], createRng(1))).toBe(1);
  }
});

test("drawn p-values stay above 0 however clear the difference", () => {
  expect(signFlipTest([Array.from({ length: 30 }, () => 1)], createRng(1), 999)).toBe(1 / 1_000);
});

test("a difference that is not a number is a bug, not a clear one", () => {
  expect(() => signFlipTest([[1, Number.NaN, 2]], createRng(1))).toThrow("not a number");
  expect(() => signFlipTest([Array.from({ length: 30 }, () => Number.NaN)], createRng(1))).toThrow("not a number");
});

test("strata count alike, so that a clear difference in one is not drowned by many seeds of another", () => {
  const calm = [5, 5, 5, 5, 5, 5];
  const bursty = Array.from({ length: 40 }, (_, seed) => (seed % 2 === 0 ? 3 : -3));
  const apart = signFlipTest([calm, bursty], createRng(1));
  expect(apart).toBeLessThan(0.05);
});

test("where nothing differs, p is below 5 % in 5 % of the tests, with wild values too", () => {
  const rng = createRng("null");
  let significant = 0;
  for (let repeat = 0; repeat < 1_000; repeat++) {
    const differences = Array.from({ length: 20 }, () => Math.exp(2 * rng.normal()) - Math.exp(2 * rng.normal()));
    if (signFlipTest([differences], rng.split(repeat), 500) < 0.05) significant++;
  }
  expect(significant / 1_000).toBeGreaterThan(0.03);
  expect(significant / 1_000).toBeLessThan(0.07);
});

test.each([
  [
    [0.01, 0.04, 0.03, 0.005],
    [0.03, 0.06, 0.06, 0.02],
  ],
  [[0.02], [0.02]],
  [
    [0.5, 0.6],
    [1, 1],
  ],
  [[], []],
])("Holm raises %j to %j", (pValues, expected) => {
  for (const [index, adjusted] of holmAdjusted(pValues).entries()) expect(adjusted).toBeCloseTo(expected[index]!, 12);
  expect(holmAdjusted(pValues)).toHaveLength(expected.length);
});

test("Holm keeps the order, never lowers a p-value, and never raises one above Bonferroni's", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (pValues) => {
      const adjusted = holmAdjusted(pValues);
      for (const [i, p] of pValues.entries()) {
        expect(adjusted[i]).toBeGreaterThanOrEqual(p);
        expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, p * pValues.length));
        for (const [j, other] of pValues.entries())
          if (p < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!);
      }
    }),
  );
});
