import { expect, test } from "vitest";
import { createFeedForward } from "../../../src/control/autoscalers/feed-forward.ts";
import { type NeedSizerConfig, defaultNeedSizerConfig } from "../../../src/control/autoscalers/need-sizer.ts";
import { chainContext, chainReadings } from "./chain.ts";

const eager: NeedSizerConfig = { multiplier: 1, downWindowS: 0, holtS: 0 };

/** Sizes [gate, store] for each entry rate; nothing else is ever seen, so the declared demands hold. */
function sizes(config: NeedSizerConfig, rates: readonly number[], timeScale = 1): number[][] {
  const autoscaler = createFeedForward(config, chainContext(timeScale));
  return rates.map((entryPerS, period) =>
    autoscaler.decide(chainReadings((period * 15_000) / timeScale, { entryPerS })).map(({ replicas }) => replicas),
  );
}

test("both services grow in the period in which the entry rate does", () => {
  expect(sizes(eager, [200, 800])).toEqual([
    [2, 1],
    [8, 4],
  ]);
});

test("the multiplier leaves room", () => {
  expect(sizes({ ...eager, multiplier: 1.25 }, [800])).toEqual([[10, 5]]);
});

test("it shrinks to the highest wish of the down window, on a faster clock too", () => {
  for (const timeScale of [1, 10]) {
    const gate = sizes({ ...eager, downWindowS: 60 }, [800, 100, 100, 100, 100, 100], timeScale).map(([size]) => size);
    expect(gate).toEqual([8, 8, 8, 8, 8, 1]);
  }
});

test("with Holt's method it is ahead of a ramp and never below the present need", () => {
  const ramp = [100, 200, 300, 400, 500];
  const present = sizes(eager, ramp).map(([gate]) => gate!);
  const ahead = sizes({ ...eager, holtS: 60 }, ramp).map(([gate]) => gate!);
  expect(present).toEqual([1, 2, 3, 4, 5]);
  expect(ahead.at(-1)).toBeGreaterThanOrEqual(8);
  const falling = sizes({ ...eager, holtS: 60 }, [500, 400, 300, 200]).map(([gate]) => gate!);
  expect(falling).toEqual([5, 4, 3, 2]);
});

test("what is seen replaces what was declared", () => {
  const autoscaler = createFeedForward(eager, chainContext());
  // 4 replicas at 100 % / 2 use 2 pods for 100 requests/s: twice what the topology declares.
  let last: readonly number[] = [];
  for (let period = 0; period < 200; period++) {
    const readings = chainReadings(period * 15_000, { entryPerS: 100, cpu: 0.5, desired: 4 });
    last = autoscaler.decide(readings).map(({ replicas }) => replicas);
  }
  expect(last).toEqual([2, 2]);
});

test("it holds until it has seen a rate, and keeps its size when the rate goes missing", () => {
  expect(sizes(eager, [Number.NaN, 300, Number.NaN])).toEqual([
    [2, 2],
    [3, 2],
    [3, 2],
  ]);
});

test("a proposal says why", () => {
  const autoscaler = createFeedForward(defaultNeedSizerConfig, chainContext());
  expect(autoscaler.decide(chainReadings(0, { entryPerS: 300 }))[0]!.reasons).toEqual([
    "300.0 requests/s at the entry need 3.00 replicas, x 1.25: 4",
  ]);
  expect(autoscaler.decide(chainReadings(15_000, { entryPerS: 100 }))[0]!.reasons).toContain(
    "kept at 4, the highest wish of the last 120 s",
  );
});
