import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { simpleSpread, simpleSpreadOfJaxmarl } from "../../../src/team/known-games/simple-spread.ts";
import { largestDistance } from "../policy/export/example-policy.ts";

type Points = readonly (readonly [number, number])[];

/** What another implementation did: test/python/record_traces.py and record_jaxmarl_traces.py. */
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

function episodesOf(name: string): Trace["episodes"] {
  return (JSON.parse(readFileSync(new URL(`traces/${name}.json`, import.meta.url), "utf8")) as Trace).episodes;
}

const peers = [
  { peer: "MPE2", game: simpleSpread, episodes: episodesOf("simple-spread") },
  { peer: "JaxMARL", game: simpleSpreadOfJaxmarl, episodes: episodesOf("simple-spread-jaxmarl") },
];

function stateOf(initial: Points): Float64Array {
  const [agents, landmarks] = [initial.slice(0, 3), initial.slice(3)];
  return Float64Array.from([...agents.flat(), ...agents.flatMap(() => [0, 0]), ...landmarks.flat()]);
}

test.each(peers.flatMap(({ episodes, ...of }) => episodes.map((episode, k) => ({ ...of, k, ...episode }))))(
  "step by step simple_spread is $peer's: episode $k",
  ({ game, initial, steps }) => {
    const state = stateOf(initial);
    const rewards = new Float64Array(3);
    const seen = new Float32Array(game.observationSize);
    for (const [k, step] of steps.entries()) {
      expect(game.advance(state, step.actions, rewards)).toBe(false);
      const wanted = [...step.positions.flat(), ...step.velocities.flat()];
      expect(largestDistance(state.subarray(0, 12), wanted)).toBeLessThan(1e-9);
      expect(largestDistance(rewards, step.rewards)).toBeLessThan(1e-9);
      expect(step.isOver).toBe(k + 1 === game.mostSteps);
      for (const [agent, recorded] of (step.seen ?? []).entries()) {
        game.observe(state, agent, seen);
        expect(largestDistance(seen, recorded)).toBeLessThan(1e-6);
      }
    }
  },
);

/** How many pairs of agents touch. */
function touching({ positions }: { readonly positions: Points }): number {
  const pairs = [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const;
  const apart = ([a, b]: readonly [number, number]): number =>
    Math.hypot(positions[a]![0] - positions[b]![0], positions[a]![1] - positions[b]![1]);
  return pairs.filter((pair) => apart(pair) < 0.3).length;
}

test.each(peers)("the traces of $peer hold collisions, steps without any, and whole observations", ({ episodes }) => {
  const steps = episodes.flatMap((episode) => episode.steps);
  for (const pairs of [0, 1, 3]) expect(steps.filter((step) => touching(step) === pairs).length).toBeGreaterThan(1);
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
