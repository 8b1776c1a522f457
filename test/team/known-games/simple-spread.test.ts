import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { simpleSpread } from "../../../src/team/known-games/simple-spread.ts";
import { largestDistance } from "../policy/export/example-policy.ts";

type Points = readonly (readonly [number, number])[];

/** What MPE2 did: test/python/record_traces.py. */
type Trace = {
  readonly episodes: readonly {
    readonly initial: Points;
    readonly steps: readonly {
      readonly actions: readonly number[];
      readonly positions: Points;
      readonly velocities: Points;
      readonly rewards: readonly number[];
      readonly isOver: boolean;
      readonly seen?: readonly (readonly number[])[];
    }[];
  }[];
};

const { episodes } = JSON.parse(readFileSync(new URL("traces/simple-spread.json", import.meta.url), "utf8")) as Trace;

function stateOf(initial: Points): Float64Array {
  const [agents, landmarks] = [initial.slice(0, 3), initial.slice(3)];
  return Float64Array.from([...agents.flat(), ...agents.flatMap(() => [0, 0]), ...landmarks.flat()]);
}

test.each(episodes.map((episode, k) => ({ k, ...episode })))(
  "step by step simple_spread is MPE2's: episode $k",
  ({ initial, steps }) => {
    const state = stateOf(initial);
    const rewards = new Float64Array(3);
    const seen = new Float32Array(simpleSpread.observationSize);
    for (const [k, step] of steps.entries()) {
      expect(simpleSpread.advance(state, step.actions, rewards)).toBe(false);
      const wanted = [...step.positions.flat(), ...step.velocities.flat()];
      expect(largestDistance(state.subarray(0, 12), wanted)).toBeLessThan(1e-9);
      expect(largestDistance(rewards, step.rewards)).toBeLessThan(1e-9);
      expect(step.isOver).toBe(k + 1 === simpleSpread.mostSteps);
      for (const [agent, recorded] of (step.seen ?? []).entries()) {
        simpleSpread.observe(state, agent, seen);
        expect(largestDistance(seen, recorded)).toBeLessThan(1e-6);
      }
    }
  },
);

/** Whether some agents collided and others did not. */
function isApart({ rewards }: { readonly rewards: readonly number[] }): boolean {
  return new Set(rewards).size > 1;
}

test("the traces hold collisions, steps without any, and whole observations", () => {
  const steps = episodes.flatMap((episode) => episode.steps);
  expect(steps.filter(isApart).length).toBeGreaterThan(3);
  expect(steps.some((step) => !isApart(step))).toBe(true);
  expect(steps.filter(({ seen }) => seen !== undefined)).toHaveLength(9);
});

test("agents and landmarks begin anywhere in the square, agents at rest", () => {
  const rng = createRng(3);
  const state = new Float64Array(simpleSpread.stateSize);
  const all = Array.from({ length: 100 }, () => {
    state.fill(9);
    simpleSpread.begin(state, rng);
    return [...state];
  });
  expect(all.every((one) => one.slice(6, 12).every((speed) => speed === 0))).toBe(true);
  const places = all.flatMap((one) => one.slice(0, 6).concat(one.slice(12)));
  expect(Math.max(...places)).toBeGreaterThan(0.95);
  expect(Math.min(...places)).toBeLessThan(-0.95);
  expect(Math.max(...places.map(Math.abs))).toBeLessThanOrEqual(1);
});
