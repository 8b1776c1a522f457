import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { drawArrivalTimesMs } from "../../../src/system/workload/arrival-times.ts";
import type { Workload } from "../../../src/system/workload/workload.ts";

function workloadOf(ratePerS: readonly number[], stepMs = 1_000): Workload {
  return { ratePerS: Float64Array.from(ratePerS), stepMs, faults: [] };
}

function countBetween(times: Float64Array, fromMs: number, toMs: number): number {
  return times.filter((time) => time >= fromMs && time < toMs).length;
}

test("Poisson arrivals follow the rate: counts per step have it as their mean and as their variance", () => {
  const rates = [200, 50, 0, 400];
  const counts = rates.map(() => [] as number[]);
  for (let seed = 0; seed < 400; seed++) {
    const times = drawArrivalTimesMs(workloadOf(rates), "poisson", createRng(seed));
    for (const [step, list] of counts.entries()) list.push(countBetween(times, step * 1_000, (step + 1) * 1_000));
  }
  for (const [step, rate] of rates.entries()) {
    const list = counts[step]!;
    const mean = list.reduce((sum, count) => sum + count, 0) / list.length;
    const variance = list.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (list.length - 1);
    // Four standard errors of the mean, and of the variance of a Poisson count.
    expect(Math.abs(mean - rate)).toBeLessThanOrEqual(4 * Math.sqrt(rate / list.length));
    expect(Math.abs(variance - rate)).toBeLessThanOrEqual(4 * rate * Math.sqrt(2.1 / list.length));
  }
});

test("distances of Poisson arrivals are exponential: as spread as they are long", () => {
  const times = drawArrivalTimesMs(workloadOf(Array.from({ length: 100 }, () => 500)), "poisson", createRng(3));
  const gaps = [...times].slice(1).map((time, index) => time - times[index]!);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const sd = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
  expect(mean).toBeGreaterThan(1.96);
  expect(mean).toBeLessThan(2.04);
  expect(sd / mean).toBeGreaterThan(0.97);
  expect(sd / mean).toBeLessThan(1.03);
});

test("constant arrivals are evenly spaced", () => {
  expect([...drawArrivalTimesMs(workloadOf([2, 4]), "constant", createRng(1))]).toEqual([
    250, 750, 1125, 1375, 1625, 1875,
  ]);
});

test("times rise, lie inside the run, and are the same for the same seed", () => {
  const rates = fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 1, maxLength: 20 });
  const process = fc.constantFrom("poisson" as const, "constant" as const);
  fc.assert(
    fc.property(rates, process, fc.integer({ min: 0, max: 1_000 }), (ratePerS, kind, seed) => {
      const workload = workloadOf(ratePerS, 500);
      const times = drawArrivalTimesMs(workload, kind, createRng(seed));
      expect(drawArrivalTimesMs(workload, kind, createRng(seed))).toEqual(times);
      expect(times.every((time, index) => time >= (times[index - 1] ?? 0) && time <= ratePerS.length * 500)).toBe(true);
    }),
  );
});

test("constant arrivals number what the rates add up to, to within one", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 1, maxLength: 20 }), (ratePerS) => {
      const total = ratePerS.reduce((sum, rate) => sum + rate, 0);
      const times = drawArrivalTimesMs(workloadOf(ratePerS), "constant", createRng(1));
      expect(Math.abs(times.length - total)).toBeLessThanOrEqual(0.5 + 1e-9);
    }),
  );
});
