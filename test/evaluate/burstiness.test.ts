import { expect, test } from "vitest";
import { largestGrowth, trafficClassOf } from "../../src/evaluate/burstiness.ts";

function growthOf(ratePerS: readonly number[], timeScale = 1): number {
  return largestGrowth({ ratePerS: Float64Array.from(ratePerS), stepMs: 1_000 / timeScale, faults: [] }, timeScale);
}
const steps = (count: number, rate: (step: number) => number): number[] =>
  Array.from({ length: count }, (_, step) => rate(step));

test("growth is that of a minute's mean over the minute before", () => {
  expect(growthOf(steps(600, () => 100))).toBeCloseTo(1, 9);
  expect(growthOf(steps(600, (s) => (s < 300 ? 100 : 250)))).toBeCloseTo(2.5, 9);
  expect(
    growthOf(
      steps(600, (s) => (s < 300 ? 100 : 250)),
      10,
    ),
  ).toBeCloseTo(2.5, 9);
});

test("a fall is no growth, and less than two minutes have none", () => {
  expect(growthOf(steps(600, (s) => (s < 300 ? 250 : 100)))).toBeCloseTo(1, 9);
  expect(growthOf(steps(90, (s) => s))).toBe(1);
});

test("a scenario is bursty when its median seed grows by half", () => {
  expect(trafficClassOf([1.1, 1.2, 3])).toBe("calm");
  expect(trafficClassOf([1.1, 1.6, 3])).toBe("bursty");
});
