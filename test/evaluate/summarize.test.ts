import { expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import { summarize } from "../../src/evaluate/summarize.ts";
import { outcomeOf } from "./outcome.ts";

const outcomes = [outcomeOf(10, 100), outcomeOf(30, 200), outcomeOf(50, 300)];

test("each figure is the mean over seeds inside its interval", () => {
  const row = summarize("hpa", [outcomes], createRng(1));
  expect(row).toMatchObject({ autoscaler: "hpa", seeds: 3, requests: { mean: 1_000, low: 1_000, high: 1_000 } });
  expect(row.violatingShare.mean).toBeCloseTo(0.03);
  expect(row.podSeconds.mean).toBe(200);
  for (const { mean, low, high } of [row.violatingShare, row.podSeconds]) {
    expect(low).toBeLessThan(mean);
    expect(high).toBeGreaterThan(mean);
  }
});

test("the same dice give the same intervals", () => {
  expect(summarize("hpa", [outcomes], createRng(7))).toEqual(summarize("hpa", [outcomes], createRng(7)));
});

test("scenarios of different volumes leave no interval where each never changes, and count the same", () => {
  const small = Array.from({ length: 3 }, () => outcomeOf(100, 10));
  const row = summarize("hpa", [small, [outcomeOf(0, 1_000)]], createRng(1));
  expect(row.podSeconds).toEqual({ mean: 505, low: 505, high: 505 });
  expect(row.violatingShare.mean).toBeCloseTo(0.05, 10);
  expect(row.violatingShare.high - row.violatingShare.low).toBeCloseTo(0, 10);
  expect(row.seeds).toBe(4);
});
