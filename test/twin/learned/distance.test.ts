import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { quantileOfSample } from "../../../src/core/statistics.ts";
import { createDistanceMeter } from "../../../src/twin/learned/distance.ts";
import { lawfulNext, lawfulWalk, layout, state } from "./transitions.ts";

const meter = createDistanceMeter(layout, lawfulWalk(createRng(1), 400, 3));

function at(perS: number, replicas: number): number {
  const from = state(2, 0.5, perS, 10, 120);
  return meter.distance({ state: from, next: lawfulNext(from, replicas, perS) });
}

test("the distance is about 1 among the data, and grows the further a question is from them", () => {
  expect(at(25, 2)).toBeLessThan(2);
  const away = [60, 200, 800, 5_000].map((perS) => at(perS, 2));
  for (const [k, distance] of away.entries()) if (k > 0) expect(distance).toBeGreaterThan(away[k - 1]!);
  expect(away[2]).toBeGreaterThan(meter.far);
});

test("an action that was never taken is far, however usual the state", () => {
  expect(at(25, 12)).toBeGreaterThan(meter.far);
  expect(at(25, 3)).toBeLessThan(meter.far);
});

test("among new transitions of the same law the usual distance is about 1, and few are far", () => {
  const others = lawfulWalk(createRng(2), 300, 3).map((one) => meter.distance(one));
  expect(quantileOfSample(others, 0.5)).toBeGreaterThan(0.7);
  expect(quantileOfSample(others, 0.5)).toBeLessThan(1.4);
  expect(others.filter((one) => one > meter.far).length).toBeLessThan(30);
});
