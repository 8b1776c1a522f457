import { expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import { bootstrapMean, quantileOfSample } from "../../src/core/statistics.ts";

test.each([
  [[1, 2, 3, 4], 0.5, 2.5],
  [[4, 1, 3, 2], 0, 1],
  [[4, 1, 3, 2], 1, 4],
  [[5], 0.95, 5],
])("the quantile of %j at %d is %d", (values, q, expected) => {
  expect(quantileOfSample(values, q)).toBe(expected);
});

test("a bootstrap interval covers the true mean in about 95 % of samples", () => {
  const rng = createRng(1);
  let covered = 0;
  for (let trial = 0; trial < 300; trial++) {
    const sample = Array.from({ length: 20 }, () => rng.normal());
    const { low, high } = bootstrapMean(sample, rng.split(trial), 400);
    if (low <= 0 && 0 <= high) covered++;
  }
  // The percentile bootstrap is known to be a little narrow at n = 20.
  expect(covered / 300).toBeGreaterThan(0.87);
  expect(covered / 300).toBeLessThan(0.99);
});

test("equal values give an interval of no width", () => {
  expect(bootstrapMean([3, 3, 3], createRng(1))).toEqual({ mean: 3, low: 3, high: 3 });
});
