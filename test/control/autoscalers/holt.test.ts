import { expect, test } from "vitest";
import { createHolt } from "../../../src/control/autoscalers/holt.ts";

const config = { horizonMs: 60_000, periodMs: 15_000, levelWeight: 0.5, trendWeight: 0.5 };

test("a constant is forecast as itself", () => {
  const holt = createHolt(config);
  for (let period = 0; period < 5; period++) expect(holt.next(7)).toBe(7);
});

test("a straight line is continued once its trend is learnt", () => {
  const holt = createHolt(config);
  let forecast = 0;
  for (let period = 0; period < 100; period++) forecast = holt.next(10 * period);
  expect(forecast).toBeCloseTo(10 * (99 + 4), 3);
});

test("two steps by hand", () => {
  const holt = createHolt(config);
  holt.next(100);
  // level .5 x 120 + .5 x 100 = 110, trend .5 x 10 = 5, four periods ahead.
  expect(holt.next(120)).toBe(130);
});

test("a forecast is never below zero, and a missing value is skipped", () => {
  const holt = createHolt(config);
  for (const value of [100, 50, 10]) holt.next(value);
  expect(holt.next(0)).toBe(0);
  const gap = createHolt(config);
  gap.next(100);
  const before = gap.next(120);
  expect(gap.next(Number.NaN)).toBe(before);
});
