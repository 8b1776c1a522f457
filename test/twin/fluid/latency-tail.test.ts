import { assert, double, property } from "fast-check";
import { expect, test } from "vitest";
import { fitShiftedLognormal, latencyUpperTail } from "../../../src/twin/fluid/latency-tail.ts";

test("a latency without variance is a step", () => {
  expect(latencyUpperTail(10, 0, 0, 9.9)).toBe(1);
  expect(latencyUpperTail(10, 0, 0, 10.1)).toBe(0);
});

test("with the skewness of a lognormal it is that lognormal, not shifted", () => {
  const [mean, cv] = [10, 0.8];
  const skewness = cv ** 3 + 3 * cv;
  const into = { shiftMs: 0, middle: 0, spread: 0 };
  fitShiftedLognormal(mean, (cv * mean) ** 2, skewness * (cv * mean) ** 3, into);
  expect(Math.abs(into.shiftMs)).toBeLessThan(0.05);
  expect(into.spread).toBeCloseTo(Math.sqrt(Math.log1p(cv * cv)), 2);
  expect(latencyUpperTail(mean, 64, skewness * 512, mean / Math.sqrt(1 + cv * cv))).toBeCloseTo(0.5, 2);
});

test("mean and variance are those asked for, whatever the skewness", () => {
  assert(
    property(
      double({ min: 1, max: 1e3, noNaN: true }),
      double({ min: 0.05, max: 3, noNaN: true }),
      double({ min: 0.1, max: 20, noNaN: true }),
      (mean, cv, skewness) => {
        const sd = cv * mean;
        const into = { shiftMs: 0, middle: 0, spread: 0 };
        fitShiftedLognormal(mean, sd * sd, skewness * sd ** 3, into);
        const scale = Math.exp(into.middle + into.spread ** 2 / 2);
        expect(into.shiftMs + scale).toBeCloseTo(mean, 6);
        expect(Math.abs((scale * Math.sqrt(Math.expm1(into.spread ** 2))) / sd - 1)).toBeLessThan(0.02);
      },
    ),
  );
});

test("the tail falls with the limit", () => {
  let before = 1;
  for (let limit = 1; limit < 500; limit += 5) {
    const tail = latencyUpperTail(40, 900, 60_000, limit);
    expect(tail).toBeLessThanOrEqual(before);
    before = tail;
  }
  expect(before).toBeLessThan(1e-3);
});
