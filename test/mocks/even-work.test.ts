import { expect, test } from "vitest";
import { createEvenWork, nthOf } from "../../mocks/src/even-work.ts";
import type { MockDistribution } from "../../mocks/src/config.ts";

test.each([
  ["0", 0],
  ["17", 17],
  ["999999999", 999_999_999],
])("the header %j names request %d of a load", (header, nth) => {
  expect(nthOf(header)).toBe(nth);
});

test.each([undefined, "", "-1", "1.5", "1e3", "9999999999", "much", ["1", "2"]])(
  "the header %j names none",
  (header) => {
    expect(nthOf(header)).toBeUndefined();
  },
);

const meanOf = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
const workOf = (name: string, distribution: MockDistribution, count: number): number[] => {
  const even = createEvenWork(name, distribution);
  return Array.from({ length: count }, (_, nth) => even(nth));
};

test.each<MockDistribution>([
  { kind: "constant", mean: 20 },
  { kind: "exponential", mean: 20 },
  { kind: "lognormal", mean: 20, cv: 0.25 },
  { kind: "lognormal", mean: 20, cv: 1 },
  { kind: "normal", mean: 20, sd: 5, min: 1, max: 60 },
])("a hundred and sixty requests of $kind work have its mean, where drawn ones would be some per cent off", (work) => {
  const cv = "cv" in work ? work.cv : 1;
  for (const name of ["a", "b", "c"])
    expect(Math.abs(meanOf(workOf(name, work, 160)) / 20 - 1)).toBeLessThan(0.05 * cv);
});

test("any sixteen neighbours from a multiple of it on have one value each of every sixteenth of the distribution", () => {
  const values = workOf("a", { kind: "exponential", mean: 1 }, 64);
  for (let first = 0; first < 64; first += 16) {
    const parts = values.slice(first, first + 16).map((value) => Math.floor(16 * (1 - Math.exp(-value))));
    expect(parts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, part) => part));
  }
});

test("two services follow orders of their own, replicas of one the same one, whatever reaches them", () => {
  const work: MockDistribution = { kind: "lognormal", mean: 20, cv: 0.5 };
  const [a, b] = [workOf("a", work, 480), workOf("b", work, 480)];
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const covariance = meanOf(a.map((one, nth) => (one - meanA) * (b[nth]! - meanB)));
  expect(Math.abs(covariance) / (20 * 0.5) ** 2).toBeLessThan(0.15);
  const other = createEvenWork("a", work);
  for (const nth of [479, 3, 40, 41, 3]) expect(other(nth)).toBe(a[nth]);
});
