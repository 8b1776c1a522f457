import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { observationSize, observedFeatures } from "../../../src/team/policy/observe.ts";
import { seenRanges, unseenFeatures } from "../../../src/team/policy/seen.ts";

const samples = 4_000;
const rng = createRng("seen");
/** Every feature even in [0, 2), but the first, which is always 1. */
const observations = Float32Array.from({ length: samples * observationSize }, (_, at) =>
  at % observationSize === 0 ? 1 : rng.between(0, 2),
);
const seen = seenRanges(observations);
const usual = observedFeatures.map(() => 1);

/** The usual observation with one feature changed. */
function with1(feature: number, value: number): number[] {
  return usual.map((usually, at) => (at === feature ? value : usually));
}

test("ranges leave a thousandth out at each end", () => {
  expect(seen.samples).toBe(samples);
  expect([seen.low[0], seen.high[0]]).toEqual([1, 1]);
  expect(seen.low[5]).toBeGreaterThan(0);
  expect(seen.low[5]).toBeLessThan(0.01);
  expect(seen.high[5]).toBeGreaterThan(1.99);
});

test("nothing that training showed is unseen", () => {
  for (let row = 0; row < samples; row++) {
    const observation = Array.from(observations.subarray(row * observationSize, (row + 1) * observationSize));
    expect(unseenFeatures(observation, seen)).toEqual([]);
  }
});

test.each([
  { feature: 5, value: 2.9, isSeen: true },
  { feature: 5, value: 3.1, isSeen: false },
  { feature: 5, value: -0.9, isSeen: true },
  { feature: 5, value: -1.1, isSeen: false },
  { feature: 0, value: 1.2, isSeen: true },
  { feature: 0, value: 1.3, isSeen: false },
])("feature $feature at $value: seen is $isSeen", ({ feature, value, isSeen }) => {
  const found = unseenFeatures(with1(feature, value), seen);
  expect(found).toHaveLength(isSeen ? 0 : 1);
  if (!isSeen) expect(found[0]).toContain(`unseen: ${observedFeatures[feature]!} is ${value.toFixed(2)}`);
});
