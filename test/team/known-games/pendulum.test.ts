import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { pendulum } from "../../../src/team/known-games/pendulum.ts";
import { largestDistance } from "../policy/export/example-policy.ts";

/** What Gymnasium did: test/python/record_traces.py. */
type Trace = {
  readonly episodes: readonly {
    readonly initial: readonly number[];
    /** In [-2, 2] and beyond, which is cut. */
    readonly torques: readonly number[];
    readonly rewards: readonly number[];
    readonly states: readonly (readonly number[])[];
    readonly seen: readonly (readonly number[])[];
  }[];
};

const { episodes } = JSON.parse(readFileSync(new URL("traces/pendulum.json", import.meta.url), "utf8")) as Trace;

test.each(episodes.map((episode, k) => ({ k, ...episode })))(
  "step by step Pendulum is Gymnasium's: episode $k",
  ({ initial, torques, rewards, states, seen }) => {
    const state = Float64Array.from(initial);
    const gained = new Float64Array(1);
    const shown = new Float32Array(3);
    for (const [k, torque] of torques.entries()) {
      expect(pendulum.advance(state, [torque / 2], gained)).toBe(false);
      expect(gained[0]).toBeCloseTo(rewards[k]!, 8);
      expect(largestDistance(state, states[k]!)).toBeLessThan(1e-9);
      pendulum.observe(state, 0, shown);
      expect(largestDistance(shown, seen[k]!)).toBeLessThan(1e-6);
      // The upright is no place to stay: on from what was recorded, or rounding grows.
      state.set(states[k]!);
    }
  },
);

test("the traces turn over more than once both ways, hit the fastest speed, and push harder than can be", () => {
  const angles = episodes.flatMap(({ states }) => states.map(([angle]) => angle!));
  const speeds = episodes.flatMap(({ states }) => states.map(([, speed]) => speed!));
  expect(Math.max(...angles)).toBeGreaterThan(3 * Math.PI);
  expect(Math.min(...angles)).toBeLessThan(-3 * Math.PI);
  expect(Math.max(...speeds)).toBe(8);
  expect(Math.min(...speeds)).toBe(-8);
  expect(Math.max(...episodes.flatMap(({ torques }) => torques))).toBeGreaterThan(2);
});

test("episodes begin at any angle, turning slowly", () => {
  const state = new Float64Array(2);
  const rng = createRng(1);
  const all = Array.from({ length: 300 }, () => {
    pendulum.begin(state, rng);
    return [...state] as [number, number];
  });
  const most = (k: 0 | 1): number => Math.max(...all.map((one) => Math.abs(one[k])));
  expect(most(0)).toBeGreaterThan(3);
  expect(most(0)).toBeLessThanOrEqual(Math.PI);
  expect(most(1)).toBeGreaterThan(0.95);
  expect(most(1)).toBeLessThanOrEqual(1);
});
