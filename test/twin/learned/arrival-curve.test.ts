import { expect, test } from "vitest";
import { type Readings, createReadings } from "../../../src/control/readings/readings.ts";
import { arrivalCurve } from "../../../src/twin/learned/arrival-curve.ts";
import { timing } from "./recorded.ts";

const { scrapePeriodMs, windowMs } = timing;

/** Seen the moment it is scraped: the mean of its window under a rate that rises by 1/s each second. */
function rising(atMs: number): Readings {
  const readings = createReadings(1, 1, atMs);
  readings.ageMs[0] = 0;
  readings.entryArrivalsPerS[0] = (atMs - windowMs / 2) / 1_000;
  return readings;
}

test("a rate that rises evenly is found again, although each sample is the mean of a window", () => {
  const readings = Array.from({ length: 12 }, (_, k) => rising(10_000 + k * scrapePeriodMs));
  const fromMs = 12_000;
  const { ratePerS, stepMs } = arrivalCurve(readings, 0, timing, fromMs);
  expect(ratePerS.length * stepMs).toBeCloseTo(readings.at(-1)!.atMs - fromMs, 6);
  for (const [step, rate] of ratePerS.entries()) {
    const middleMs = fromMs + (step + 0.5) * stepMs;
    const isBetween = middleMs <= readings.at(-1)!.atMs - windowMs / 2;
    if (isBetween) expect(rate).toBeCloseTo(middleMs / 1_000, 9);
  }
});

test("before the first sample and after the last the nearest holds; without any there is no load", () => {
  const readings = [rising(10_000), rising(20_000)];
  const { ratePerS } = arrivalCurve(readings, 0, timing, 0);
  expect(ratePerS[0]).toBe(readings[0]!.entryArrivalsPerS[0]);
  expect(ratePerS.at(-1)).toBe(readings[1]!.entryArrivalsPerS[0]);
  expect(arrivalCurve([createReadings(1, 1, 500)], 0, timing, 0).ratePerS).toEqual(Float64Array.of(0));
});
