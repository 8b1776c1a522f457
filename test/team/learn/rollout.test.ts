import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { initialise } from "../../../src/nn/init.ts";
import { defineMlp } from "../../../src/nn/mlp.ts";
import { createPlainKernels } from "../../../src/nn/plain.ts";
import type { VectorGame } from "../../../src/team/env/vector-game.ts";
import { privilegedView } from "../../../src/team/learn/critic-view.ts";
import { type Batch, createBatch } from "../../../src/team/learn/ppo-gradient.ts";
import { createPlayer, createRollout, type Rollout } from "../../../src/team/learn/rollout.ts";
import { createToyGame } from "../toy-game.ts";

const steps = 20;
const environments = 8;
const rows = 2 * environments;

/** A rollout of 20 steps, in which the clock ends all episodes at the 10th and the 20th. */
function played(game: VectorGame): { readonly batch: Batch; readonly rollout: Rollout } {
  const kernels = createPlainKernels();
  const actor = defineMlp([3, 5, 5]);
  const critic = defineMlp([4, 5, 1], actor.endsAt);
  const size = { samples: steps * rows, shards: 1, isMasked: false, isMortal: game.alive !== undefined };
  const batch = createBatch(kernels, { actor, critic }, size);
  initialise(critic, batch.parameters, 1, createRng(1));
  const rollout = createRollout({ steps, agents: 2, environments, groupSize: 4 });
  const options = { rolloutSteps: steps, rolloutsPerEra: 1 };
  const spec = { game, kernels, options, criticView: privilegedView(game) };
  const player = createPlayer(spec, { actor, critic }, batch, rollout);
  player.restart(0);
  player.play({ mean: 7, deviation: 2, rollouts: 1 }, createRng(2));
  return { batch, rollout };
}

test("where the clock ends an episode the value of what was reached counts, where the game ends it nothing follows", () => {
  const terminated = new Uint8Array(environments);
  terminated[3] = 1;
  const toy = createToyGame(1, environments);
  const { rollout } = played({ ...toy, terminated });
  const { rollout: clocked } = played(toy);
  for (let at = 0; at < steps * rows; at++)
    expect(rollout.nextValues[at]).toBe(at % environments === 3 ? 0 : clocked.nextValues[at]);
  expect(clocked.nextValues.every((value) => value !== 0)).toBe(true);
});

test("who is dead is remembered, and the critic sees nothing of what they see", () => {
  const alive = new Uint8Array(rows).fill(1);
  alive[5] = 0;
  const { batch, rollout } = played({ ...createToyGame(1, environments), alive });
  const deadAt = Array.from({ length: steps }, (_, step) => step * rows + 5);
  expect(deadAt.every((at) => batch.alive[at] === 0)).toBe(true);
  expect(batch.alive.reduce((sum, one) => sum + one, 0)).toBe(steps * (rows - 1));
  expect(deadAt.every((at) => batch.observations.subarray(3 * at, 3 * at + 3).every((one) => one === 0))).toBe(true);
  // The rest of the environment's agents see on, and the values of the dead do not hang on what they would see.
  const { batch: all, rollout: others } = played(createToyGame(1, environments));
  expect(batch.observations.subarray(0, 15)).toEqual(all.observations.subarray(0, 15));
  expect(rollout.values[5]).not.toBe(others.values[5]);
  expect(rollout.values[6]).toBe(others.values[6]);
});
