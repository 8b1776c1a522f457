import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createHistogram, quantileOf, record, totalOf } from "../../src/core/histogram.ts";

test("quantiles are within 1 % of the exact ones", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.1, max: 100_000, noNaN: true }), { minLength: 1 }), (values) => {
      const histogram = createHistogram();
      for (const value of values) record(histogram, value);
      const sorted = [...values].sort((a, b) => a - b);
      for (const q of [0, 0.5, 0.95, 1]) {
        const exact = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)]!;
        expect(Math.abs(quantileOf(histogram, q) / exact - 1)).toBeLessThan(0.0101);
      }
    }),
  );
});

test("an empty histogram has no quantile", () => {
  expect(quantileOf(createHistogram(), 0.5)).toBeNaN();
});

test("fractional counts add up, so that a fluid model can record expected requests", () => {
  const histogram = createHistogram();
  record(histogram, 10, 0.25);
  record(histogram, 1_000, 0.75);
  expect(totalOf(histogram)).toBe(1);
  expect(quantileOf(histogram, 0.2)).toBeCloseTo(10, 0);
  expect(quantileOf(histogram, 0.3) / 1_000).toBeCloseTo(1, 1);
});

test("values beyond both ends land in the outermost buckets", () => {
  const histogram = createHistogram();
  record(histogram, 0);
  record(histogram, 1e12);
  expect(totalOf(histogram)).toBe(2);
});
