import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import {
  type PlayedDays,
  againstHybrid,
  bestWithin,
  cheapestWithin,
  dayFrontier,
  dayRow,
} from "../../../src/evaluate/papers/microk8s-rows.ts";
import type { DayOutcome } from "../../../src/evaluate/papers/microk8s-simulator.ts";

function played(controller: string, days: readonly (readonly [minutes: number, dollars: number])[]): PlayedDays {
  return { controller, days: days.map(([violatingMinutes, dollars]) => dayOf(violatingMinutes, dollars)) };
}

function dayOf(violatingMinutes: number, dollars: number): DayOutcome {
  return { violatingMinutes, dollars, meanMs: 100, p95Ms: 150, meanCpu: 0.6, meanPods: 9, maxPods: 12, sizeChanges: 3 };
}

test("a row is the mean over days, its interval around it", () => {
  const row = dayRow(
    played("hpa", [
      [10, 20],
      [30, 22],
    ]),
    createRng(1),
  );
  expect(row).toMatchObject({ controller: "hpa", meanMs: 100, sizeChanges: 3 });
  expect(row.violatingMinutes).toEqual({ mean: 20, low: 10, high: 30 });
  expect(row.dollars.mean).toBe(21);
});

const frontier = dayFrontier([
  played("lean", [[40, 18]]),
  played("beaten", [[41, 19]]),
  played("middle", [[20, 21]]),
  played("dear", [[10, 30]]),
]);

test("the frontier goes from the cheapest to the one that violates least, without those that are beaten", () => {
  expect(frontier.map(({ controller }) => controller)).toEqual(["lean", "middle", "dear"]);
});

test.each([
  { minutes: 25, cheapest: "middle" },
  { minutes: 5, cheapest: undefined },
])("the cheapest within $minutes minutes is $cheapest", ({ minutes, cheapest }) => {
  expect(cheapestWithin(frontier, minutes)?.controller).toBe(cheapest);
});

test.each([
  { dollars: 25, best: "middle" },
  { dollars: 17, best: undefined },
])("the best for $dollars dollars is $best", ({ dollars, best }) => {
  expect(bestWithin(frontier, dollars)?.controller).toBe(best);
});

test("a controller that is better on every day than the hybrid differs below 0, and significantly", () => {
  const days = Array.from({ length: 10 }, (_, day) => [20 + day, 20] as const);
  const better = days.map(([minutes, dollars]) => [minutes - 5, dollars] as const);
  const rows = againstHybrid(played("hybrid", days), [played("hpa", better)], createRng(1));
  expect(rows.map(({ measure, difference }) => [measure, difference.mean])).toEqual([
    ["violating minutes", -5],
    ["dollars", 0],
  ]);
  expect(rows[0]!.p).toBeLessThan(0.01);
  expect(rows[1]!.p).toBe(1);
});
