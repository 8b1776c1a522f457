import { expect, test } from "vitest";
import type { MockDistribution } from "../../mocks/src/config.ts";
import { createRandom } from "../../mocks/src/random.ts";

const N = 200_000;
const draws = (distribution: MockDistribution): number[] => {
  const random = createRandom("7/pod-1");
  return Array.from({ length: N }, () => random.sample(distribution));
};
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const sdOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
};

test.each<[MockDistribution, number]>([
  [{ kind: "constant", mean: 5 }, 0],
  [{ kind: "exponential", mean: 5 }, 5],
  [{ kind: "lognormal", mean: 5, cv: 0.4 }, 2],
  [{ kind: "normal", mean: 5, sd: 0.5, min: 0, max: 10 }, 0.5],
])("%j has the mean and the spread that it says", (distribution, sd) => {
  const values = draws(distribution);
  expect(meanOf(values) / 5).toBeCloseTo(1, 1);
  expect(sdOf(values)).toBeCloseTo(sd, 1);
});

test("a normal stays within its bounds", () => {
  const values = draws({ kind: "normal", mean: 5, sd: 50, min: 2, max: 8 });
  expect([Math.min(...values.slice(0, 1_000)), Math.max(...values.slice(0, 1_000))]).toEqual([2, 8]);
});

test("the same seed gives the same numbers, another pod gives others, and a restart repeats them", () => {
  const first = createRandom("1/a");
  const numbers = [first.uniform(), first.uniform()];
  const second = createRandom("1/a");
  expect([second.uniform(), second.uniform()]).toEqual(numbers);
  expect(createRandom("1/b").uniform()).not.toBe(numbers[0]);
  first.restart();
  expect([first.uniform(), first.uniform()]).toEqual(numbers);
});
