import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { createStep, finishStep, foldCall, startStep } from "../../../src/twin/fluid/side-by-side.ts";
import { createTaken } from "../../../src/twin/fluid/take-call.ts";

/** Calls of exponential humps: share, mean of the calm, mean of the delayed, probability. */
type Two = readonly [share: number, calmMs: number, lateMs: number, probability: number];

function longestOf(calls: readonly Two[]) {
  const step = createStep(1);
  for (const [place, [share, calmMs, lateMs, probability]] of calls.entries()) {
    const taken = createTaken(1);
    const set = (hump: typeof taken.all, first: number, second: number, third: number): void => {
      hump.meanMs[0] = first;
      hump.variance[0] = second - first * first;
      hump.third[0] = third - 3 * first * second + 2 * first ** 3;
    };
    const moment = (k: number): number => share * calmMs ** k + (1 - share) * lateMs ** k;
    set(taken.all, moment(1), 2 * moment(2), 6 * moment(3));
    set(taken.calm, calmMs, 2 * calmMs ** 2, 6 * calmMs ** 3);
    taken.calmShare[0] = share;
    if (place > 0) foldCall(step, probability, taken);
    else startStep(step, probability, taken);
  }
  finishStep(step);
  return { way: step.way[0]!, mean: step.all.meanMs[0]!, variance: step.all.variance[0]! };
}

function simulated(calls: readonly Two[]) {
  const rng = createRng(3);
  const one = ([share, calmMs, lateMs, probability]: Two): number => {
    if (rng.uniform() >= probability) return 0;
    return (rng.uniform() < share ? calmMs : lateMs) * rng.exponential();
  };
  const draws = Array.from({ length: 150_000 }, () => Math.max(...calls.map(one)));
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  return { mean, variance: draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws.length };
}

test.each<readonly [string, readonly Two[]]>([
  [
    "two alike, seldom delayed",
    [
      [0.95, 4, 60, 1],
      [0.95, 4, 60, 1],
    ],
  ],
  [
    "three, seldom delayed",
    [
      [0.95, 4, 60, 1],
      [0.9, 3, 50, 1],
      [0.97, 8, 80, 1],
    ],
  ],
  [
    "often delayed, not always made",
    [
      [0.5, 4, 60, 0.7],
      [0.6, 6, 40, 0.5],
    ],
  ],
  [
    "one never delayed",
    [
      [1, 10, 10, 1],
      [0.9, 3, 70, 1],
    ],
  ],
])("the longest of %s is near a simulation", (_title, calls) => {
  const { way, mean, variance } = longestOf(calls);
  const real = simulated(calls);
  expect(Math.abs(mean / real.mean - 1)).toBeLessThan(0.12);
  expect(Math.abs(Math.sqrt(variance / real.variance) - 1)).toBeLessThan(0.08);
  expect(way).toBeCloseTo(
    calls.reduce((all, [share, , , made]) => all * (1 - made + made * share), 1),
    9,
  );
});

test("a call that is never made changes nothing", () => {
  const one: Two = [0.9, 4, 60, 1];
  expect(longestOf([one, [0.5, 9, 90, 0]])).toEqual(longestOf([one]));
});
