import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createDecayingHistogram } from "../../../src/control/autoscalers/vpa-histogram.ts";

const hourMs = 3_600_000;
const cores = { firstBucket: 0.01, highest: 1_000 };

test("an empty histogram has no percentile", () => {
  expect(createDecayingHistogram(cores, hourMs).percentile(0.9)).toBe(0);
});

// Edges: .01, .0205, .031525, .04310125, ...: each bucket 5 % wider than the one before.
test.each([
  [0, 0.01],
  [0.005, 0.01],
  [0.0101, 0.0205],
  [0.03, 0.031525],
  [0.04, 0.04310125],
])("a sample of %d is read as the upper edge %d of its bucket", (value, edge) => {
  const histogram = createDecayingHistogram(cores, hourMs);
  histogram.add(value, 1, 0);
  expect(histogram.percentile(0.5)).toBeCloseTo(edge, 9);
});

test.each([
  [0, 0.0205],
  [0.1, 0.0205],
  [0.2, 0.031525],
  [0.3, 0.031525],
  [0.4, 0.04310125],
  [0.6, 0.04310125],
  [0.7, 0.0552563125],
  [1, 0.0552563125],
])("of weights 1, 2, 3, 4 the share %d lies below %d", (q, edge) => {
  const histogram = createDecayingHistogram(cores, hourMs);
  for (const [index, value] of [0.015, 0.025, 0.035, 0.045].entries()) histogram.add(value, index + 1, 0);
  expect(histogram.percentile(q)).toBeCloseTo(edge, 9);
});

test("a sample counts half as much as one that is a half-life younger", () => {
  for (const [extra, isHigh] of [
    [-0.1, false],
    [0.1, true],
  ] as const) {
    const histogram = createDecayingHistogram(cores, hourMs);
    histogram.add(1, 2, 0);
    histogram.add(10, 1 + extra, hourMs);
    // Both weigh the same but for the extra: the median is the heavier one.
    expect(histogram.percentile(0.5) > 5).toBe(isHigh);
  }
});

test("what is taken back is gone", () => {
  const histogram = createDecayingHistogram(cores, hourMs);
  histogram.add(1, 1, 0);
  histogram.add(10, 1, 0);
  histogram.add(10, -1, 0);
  expect(histogram.percentile(1)).toBeLessThan(1.1);
});

test("a thousand half-lives later it still reads well", () => {
  const histogram = createDecayingHistogram(cores, hourMs);
  histogram.add(500, 1, 0);
  for (let hour = 0; hour < 3_000; hour += 10) histogram.add(1, 1, hour * hourMs);
  expect(histogram.percentile(0.99)).toBeGreaterThanOrEqual(1);
  expect(histogram.percentile(1)).toBeLessThan(1.1);
});

test("a percentile is at most a bucket above the value, and grows with the share", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.02, max: 900, noNaN: true }), { minLength: 1, maxLength: 30 }),
      (values) => {
        const histogram = createDecayingHistogram(cores, hourMs);
        for (const value of values) histogram.add(value, 1, 0);
        const highest = Math.max(...values);
        expect(histogram.percentile(1)).toBeGreaterThanOrEqual(highest * (1 - 1e-9));
        expect(histogram.percentile(1)).toBeLessThanOrEqual(highest * 1.05 + 0.011);
        expect(histogram.percentile(0.9)).toBeGreaterThanOrEqual(histogram.percentile(0.5));
      },
    ),
  );
});
