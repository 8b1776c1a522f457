import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { momentsOf } from "../../../src/team/learn/advantages.ts";
import { createReturnScale, followReturns, type ReturnScale } from "../../../src/team/learn/return-scale.ts";

const rng = createRng(1);
/** Rollouts whose returns drift. */
const rollouts = Array.from({ length: 12 }, (_, k) =>
  Float64Array.from({ length: 50 }, () => 3 * k + (1 + k) * rng.normal()),
);

function followed(scaling: "recent" | "all" | "none"): ReturnScale {
  const scale = createReturnScale();
  for (const returns of rollouts) followReturns(scale, returns, scaling);
  return scale;
}

test("a scale that follows all returns has the mean and deviation of all of them", () => {
  const all = momentsOf(Float64Array.from(rollouts.flatMap((returns) => [...returns])));
  const { mean, deviation } = followed("all");
  expect(mean).toBeCloseTo(all.mean, 2);
  expect(deviation).toBeCloseTo(all.deviation, 2);
});

test("one that follows the recent ones is nearer to the last rollout", () => {
  const last = momentsOf(rollouts.at(-1)!).mean;
  expect(Math.abs(followed("recent").mean - last)).toBeLessThan(0.7 * Math.abs(followed("all").mean - last));
});

test("the first rollout alone sets either, and none leaves returns as they are", () => {
  const { mean, deviation } = momentsOf(rollouts[5]!);
  for (const scaling of ["recent", "all"] as const) {
    const scale = createReturnScale();
    followReturns(scale, rollouts[5]!, scaling);
    expect(scale.mean).toBeCloseTo(mean, 10);
    expect(scale.deviation).toBeCloseTo(deviation, 10);
  }
  expect(followed("none")).toEqual({ mean: 0, deviation: 1, rollouts: 0 });
});

test("returns that never differ do not make a scale of 0", () => {
  const scale = createReturnScale();
  followReturns(scale, new Float64Array(9).fill(4), "all");
  expect(scale).toEqual({ mean: 4, deviation: 0.1, rollouts: 1 });
});
