import { expect, test } from "vitest";
import { type Rented, decodePrices, defaultPrices, moneyOf } from "../../src/evaluate/prices.ts";
import { chain } from "./chain.ts";

const sheet = { currency: "EUR", source: "our provider's list of 2026", per_core_hour: 0.1, per_pod_hour: 0.01 };

/** Replicas x time of each service, all of their declared size. */
function rented(servicePodSeconds: readonly number[], sizeShare = 1): Rented {
  return { servicePodSeconds, serviceSizedPodSeconds: servicePodSeconds.map((seconds) => seconds * sizeShare) };
}

test("money is what replicas ask for, by the hour", () => {
  const decoded = decodePrices(sheet);
  if (!("value" in decoded)) throw new Error("refused");
  // Half a core each: two replicas of the first service for an hour, one of the second for half an hour.
  expect(moneyOf(rented([7_200, 1_800]), 1, chain, decoded.value)).toBeCloseTo(2.5 * (0.05 + 0.01), 10);
});

test("half of the CPU limit costs half of the cores, and all of the memory; seconds are of a clock", () => {
  const half = moneyOf(rented([3_600, 0], 0.5), 1, chain, defaultPrices);
  expect(half).toBeCloseTo(0.25 * 0.04048 + (64 / 1_024) * 0.004445, 10);
  expect(moneyOf(rented([360, 0], 0.5), 10, chain, defaultPrices)).toBeCloseTo(half, 10);
  expect(moneyOf(rented([0, 0]), 1, chain, defaultPrices)).toBe(0);
});

test("the default sheet says where it is from", () => {
  expect(defaultPrices.source).toContain("Fargate");
  expect(moneyOf(rented([3_600, 0]), 1, chain, defaultPrices)).toBeCloseTo(0.5 * 0.04048 + (64 / 1_024) * 0.004445, 10);
});

test.each([
  [[], [""]],
  [{}, ["currency", "source"]],
  [{ ...sheet, per_core_hour: -1 }, ["per_core_hour"]],
  [{ ...sheet, per_core_hour: "0.1" }, ["per_core_hour"]],
  [{ ...sheet, per_core_minute: 1 }, ["per_core_minute"]],
])("%j is refused, every problem at once", (document, paths) => {
  const decoded = decodePrices(document);
  expect("problems" in decoded ? decoded.problems.map(({ path }) => path) : []).toEqual(paths);
});
