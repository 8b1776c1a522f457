import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import type { VectorGame } from "../../../src/team/env/vector-game.ts";
import { cartPole } from "../../../src/team/known-games/cart-pole.ts";
import { createKnownVectorGame, type KnownGame } from "../../../src/team/known-games/known-game.ts";
import { simpleSpread } from "../../../src/team/known-games/simple-spread.ts";

const environments = 5;

/** Two agents that see how often the world was moved; action 1 of the first ends the episode. */
const counting: KnownGame = {
  agents: 2,
  observationSize: 1,
  actions: 2,
  stateSize: 1,
  mostSteps: 4,
  begin: (state) => void state.fill(0),
  advance(state, actions, rewards) {
    state[0]!++;
    rewards.set([1, 3 * actions[1]!]);
    return actions[0] === 1;
  },
  observe: (state, agent, seen) => void seen.fill(10 * agent + state[0]!),
};

function counted(): VectorGame {
  const game = createKnownVectorGame(counting, 3, createRng(1));
  game.restart(0);
  return game;
}

test("an episode ends by itself or by the clock, and only where it has ended another begins", () => {
  const game = counted();
  for (let step = 1; step <= 4; step++) {
    // The first environment ends itself in its second step.
    game.step(Int32Array.of(step === 2 ? 1 : 0, 0, 0, 1, 0, 0));
    expect([...game.ended]).toEqual([step === 2 ? 1 : 0, step === 4 ? 1 : 0, step === 4 ? 1 : 0]);
    expect([...game.terminated!]).toEqual([step === 2 ? 1 : 0, 0, 0]);
    // What is seen is the state reached, also where the episode ended.
    expect([...game.observations.subarray(0, 3)]).toEqual([step > 2 ? step - 2 : step, step, step]);
    game.resetEnded();
    expect(game.ended.includes(1)).toBe(false);
  }
  expect([...game.observations]).toEqual([2, 0, 0, 12, 10, 10]);
});

test("where the clock's end is the game's, nothing follows it either", () => {
  const game = createKnownVectorGame({ ...counting, isOverByClock: true }, 3, createRng(1));
  game.restart(0);
  for (let step = 1; step <= 4; step++) {
    game.step(new Int32Array(6));
    expect([...game.terminated!]).toEqual([...game.ended]);
    expect([...game.ended]).toEqual(step === 4 ? [1, 1, 1] : [0, 0, 0]);
  }
});

test("totals count steps, episodes and what the mean agent got in them", () => {
  const game = counted();
  for (let step = 1; step <= 4; step++) {
    game.step(Int32Array.of(step === 2 ? 1 : 0, 0, 0, 1, 0, 0));
    game.resetEnded();
  }
  // (1 + 3) / 2 in each of two steps, and twice 1 / 2 in each of four.
  expect(game.totals).toEqual({ steps: 12, episodes: 3, returns: 4 + 2 + 2 });
  game.clearTotals();
  expect(game.totals).toEqual({ steps: 0, episodes: 0, returns: 0 });
});

/** All that is seen in 60 steps of an era, with fixed actions. */
function seenIn(known: KnownGame, era: number, rng = createRng(4)): number[] {
  const game = createKnownVectorGame(known, environments, rng);
  if (era > 0) game.restart(0);
  game.restart(era);
  const seen = [...game.observations];
  for (let step = 0; step < 60; step++) {
    game.step(Int32Array.from({ length: game.agents * environments }, (_, row) => (row + step) % game.actions));
    game.resetEnded();
    seen.push(...game.observations);
  }
  return seen;
}

test.each([
  ["CartPole", cartPole],
  ["simple_spread", simpleSpread],
])("what happens in %s after a restart depends on era and actions alone", (_, known) => {
  expect(seenIn(known, 1)).toEqual(seenIn(known, 1));
  expect(seenIn(known, 1)).not.toEqual(seenIn(known, 2));
  expect(seenIn(known, 0)).not.toEqual(seenIn(known, 0, createRng(5)));
});
