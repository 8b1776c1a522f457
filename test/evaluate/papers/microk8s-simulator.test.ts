import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createForesight } from "../../../src/evaluate/papers/microk8s-foresight.ts";
import {
  type MinuteController,
  type MinuteView,
  playMicrok8sDay,
} from "../../../src/evaluate/papers/microk8s-simulator.ts";
import { createNumpyRandom } from "../../../src/evaluate/papers/numpy-random.ts";

const keep: MinuteController = () => 0;
const addOne: MinuteController = ({ minute }) => (minute === 30 ? 1 : 0);

function day(rate: number, minutes = 60): Float64Array {
  return new Float64Array(minutes).fill(rate);
}

test.each([
  { rate: 350, meanMs: 100, violating: 0, why: "70 % CPU is the last without waiting" },
  { rate: 440, meanMs: 190, violating: 0, why: "88 % is inside the objective" },
  { rate: 460, meanMs: 210, violating: 60, why: "92 % is above it" },
  { rate: 5_000, meanMs: 250, violating: 60, why: "a full pod answers in 250 ms, whatever waits" },
])("one pod at $rate requests/s: $why", ({ rate, meanMs, violating }) => {
  const rates = day(rate);
  rates[0] = 1;
  const outcome = playMicrok8sDay(rates, keep, createNumpyRandom(1));
  expect(outcome.meanMs).toBeCloseTo((meanMs * 59 + 100) / 60, 6);
  expect(outcome.violatingMinutes).toBe(Math.min(violating, 59));
});

test("a pod costs ten cents an hour, from the minute after it was asked for", () => {
  expect(playMicrok8sDay(day(100), keep, createNumpyRandom(1)).dollars).toBeCloseTo(0.1, 9);
  expect(playMicrok8sDay(day(100), addOne, createNumpyRandom(1)).dollars).toBeCloseTo(0.1 * (1 + 29 / 60), 9);
});

test("a pod asked for is ready a minute later, a pod given up is gone at once", () => {
  const views: MinuteView[] = [];
  const changes = [2, -1, 0];
  playMicrok8sDay(
    day(100, 4),
    (view) => {
      views.push(view);
      return changes[view.minute] ?? 0;
    },
    createNumpyRandom(1),
  );
  expect(views.map(({ readyPods, pods }) => [readyPods, pods])).toEqual([
    [1, 1],
    [3, 3],
    [2, 2],
    [2, 2],
  ]);
});

test("CPU is seen as the mean of this minute and the one before", () => {
  const seen: number[] = [];
  const rates = Float64Array.from([100, 300, 500]);
  playMicrok8sDay(
    rates,
    ({ seenCpu }) => {
      seen.push(seenCpu);
      return 0;
    },
    createNumpyRandom(1),
  );
  expect(seen).toEqual([0.2, 0.4, 0.8]);
});

test("nobody violates in fewer minutes than foresight", () => {
  const rates = fc.array(fc.integer({ min: 10, max: 30_000 }), { minLength: 2, maxLength: 40 });
  const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 40, maxLength: 40 });
  fc.assert(
    fc.property(rates, sizes, (rate, wanted) => {
      const one = Float64Array.from(rate);
      const limit = playMicrok8sDay(one, createForesight(one), createNumpyRandom(1));
      const other = playMicrok8sDay(one, ({ minute, pods }) => wanted[minute]! - pods, createNumpyRandom(1));
      expect(limit.violatingMinutes).toBeLessThanOrEqual(other.violatingMinutes);
      const isAsGood = other.violatingMinutes === limit.violatingMinutes;
      if (isAsGood) expect(limit.dollars).toBeLessThanOrEqual(other.dollars + 1e-9);
    }),
  );
});
