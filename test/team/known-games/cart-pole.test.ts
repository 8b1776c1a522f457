import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { cartPole } from "../../../src/team/known-games/cart-pole.ts";
import { largestDistance } from "../policy/export/example-policy.ts";

/** What Gymnasium did: test/python/record_traces.py. */
type Trace = {
  readonly episodes: readonly {
    readonly initial: readonly number[];
    readonly actions: readonly number[];
    readonly states: readonly {
      readonly step: number;
      readonly state: readonly number[];
      readonly seen: readonly number[];
    }[];
    readonly return: number;
    readonly end: "terminated" | "truncated";
  }[];
};

const { episodes } = JSON.parse(readFileSync(new URL("traces/cart-pole.json", import.meta.url), "utf8")) as Trace;

test.each(episodes.map((episode, k) => ({ k, ...episode })))(
  "step by step CartPole is Gymnasium's: episode $k, $return steps, $end",
  ({ initial, actions, states, return: wanted, end }) => {
    const state = Float64Array.from(initial);
    const rewards = new Float64Array(1);
    const seen = new Float32Array(4);
    let sum = 0;
    let compared = 0;
    for (const [k, action] of actions.entries()) {
      const isOver = cartPole.advance(state, [action], rewards);
      sum += rewards[0]!;
      expect(isOver).toBe(k + 1 === actions.length && end === "terminated");
      const recorded = states[compared];
      if (recorded?.step !== k + 1) continue;
      compared++;
      expect(largestDistance(state, recorded.state)).toBeLessThan(1e-9);
      cartPole.observe(state, 0, seen);
      expect(largestDistance(seen, recorded.seen)).toBeLessThan(1e-6);
      // What falls over doubles every rounding within some steps: on from what was recorded.
      state.set(recorded.state);
    }
    expect(compared).toBe(states.length);
    expect(sum).toBe(wanted);
    expect(end === "truncated").toBe(actions.length === cartPole.mostSteps);
  },
);

test("the traces end in every way there is: fallen to either side, off the track, by the clock", () => {
  const ends = episodes.map(({ states, end }) => ({ end, last: states.at(-1)!.state }));
  expect(ends.filter(({ end }) => end === "truncated")).toHaveLength(1);
  expect(ends.some(({ last }) => last[2]! > 0.2)).toBe(true);
  expect(ends.some(({ last }) => last[2]! < -0.2)).toBe(true);
  expect(ends.some(({ last }) => Math.abs(last[0]!) > 2.4)).toBe(true);
});

test("episodes begin near the upright, anywhere within 0.05", () => {
  const state = new Float64Array(4);
  const rng = createRng(1);
  const all = Array.from({ length: 200 }, () => {
    cartPole.begin(state, rng);
    return [...state];
  }).flat();
  expect(Math.max(...all)).toBeGreaterThan(0.04);
  expect(Math.max(...all.map(Math.abs))).toBeLessThanOrEqual(0.05);
});
