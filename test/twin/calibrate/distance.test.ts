import { expect, test } from "vitest";
import { createHistogram, record } from "../../../src/core/histogram.ts";
import { latencyDistance } from "../../../src/twin/calibrate/distance.ts";

function of(...values: readonly number[]) {
  const histogram = createHistogram();
  for (const value of values) record(histogram, value);
  return histogram;
}

test("the same is no distance, apart is one, a quarter elsewhere is a quarter", () => {
  expect(latencyDistance(of(1, 2, 3, 4), of(1, 2, 3, 4, 1, 2, 3, 4))).toBe(0);
  expect(latencyDistance(of(1, 2), of(10, 20))).toBe(1);
  expect(latencyDistance(of(1, 2, 3, 4), of(1, 2, 3, 40))).toBe(0.25);
  expect(latencyDistance(of(), of(1))).toBeNaN();
});
