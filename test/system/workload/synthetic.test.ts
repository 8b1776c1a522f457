import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { bottleneckRatePerS } from "../../../src/system/topology/bottleneck.ts";
import { syntheticRates } from "../../../src/system/workload/synthetic.ts";
import { topologyOf } from "../topology/fixtures.ts";

const wide = topologyOf(readFileSync("topologies/chained-wide.json", "utf8"));
const piece = { lengthS: 4 * 3_600, stepMs: 15_000, volume: 400, topology: wide };
const pieces = Array.from({ length: 200 }, (_, seed) => syntheticRates(createRng(seed), piece));
const meanOf = (rates: Float64Array): number => rates.reduce((sum, rate) => sum + rate, 0) / rates.length;

test("a piece has one rate per step, none negative, none above 72 % of the bottleneck", () => {
  for (const rates of pieces) {
    expect(rates).toHaveLength(960);
    expect(Math.min(...rates)).toBeGreaterThan(0);
    expect(Math.max(...rates)).toBeLessThanOrEqual(0.72 * bottleneckRatePerS(wide));
  }
});

test("the cap of chained-wide is the 1,500 requests/s of the published set-up", () => {
  expect(Math.abs(0.72 * bottleneckRatePerS(wide) - 1_500)).toBeLessThan(15);
});

test("means lie around the volume, and some pieces are calm, some bursty", () => {
  const means = pieces.map(meanOf);
  const peaks = pieces.map((rates) => Math.max(...rates) / meanOf(rates));
  const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
  expect(mean).toBeGreaterThan(0.85 * 400);
  expect(mean).toBeLessThan(1.35 * 400);
  expect(peaks.filter((peak) => peak < 2).length).toBeGreaterThan(20);
  expect(peaks.filter((peak) => peak > 2.5).length).toBeGreaterThan(40);
});
