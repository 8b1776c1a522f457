import { expect, test } from "vitest";
import { minutesPerDay } from "../../../src/core/units.ts";
import { microk8sDay, otherSeeds, thesisSeeds } from "../../../src/evaluate/papers/microk8s-traffic.ts";

/** Printed by the same formulas in NumPy 2.4. */
test.each([
  { seed: 1_000, first: [2156, 2201, 1168, 1677, 1869], at700: 4895, last: 1856, sum: 7_456_863, peak: 33_379 },
  { seed: 1_017, first: [1018, 1088, 1113, 1141, 1059], at700: 707, last: 1207, sum: 2_378_282, peak: 6_131 },
  { seed: 1_029, first: [621, 600, 677, 725, 819], at700: 1133, last: 574, sum: 2_427_193, peak: 13_286 },
])("the day of seed $seed is the thesis' to the request", ({ seed, first, at700, last, sum, peak }) => {
  const day = microk8sDay(seed);
  expect(day).toHaveLength(minutesPerDay);
  expect(Array.from(day.subarray(0, 5))).toEqual(first);
  expect([day[700], day.at(-1)]).toEqual([at700, last]);
  expect(day.reduce((total, rate) => total + rate)).toBe(sum);
  expect(Math.max(...day)).toBe(peak);
});

test("the thirty days have 139,604,897 requests per second in all", () => {
  const sum = thesisSeeds.flatMap((seed) => [...microk8sDay(seed)]).reduce((total, rate) => total + rate);
  expect(sum).toBe(139_604_897);
});

test("no generator of the days to tune on has a seed of the thesis' days", () => {
  expect(used(otherSeeds).filter((seed) => used(thesisSeeds).includes(seed))).toEqual([]);
});

/** A day's own seed and that of its noise. */
function used(seeds: readonly number[]): number[] {
  return seeds.flatMap((seed) => [seed, seed + 1_000]);
}
