import type { Rng } from "../../core/rng.ts";
import type { Kernels } from "../../nn/kernels.ts";
import type { Network } from "../../nn/network.ts";
import type { VectorGame } from "../env/vector-game.ts";
import { createGreedyPlayer } from "../policy/inference.ts";
import { type SeenRanges, seenRanges } from "../policy/seen.ts";

export type Actor = { readonly network: Network; readonly weights: Float32Array };

export type SeenSpec = {
  /** The game of the training, with dice of its own. */
  readonly game: VectorGame;
  readonly kernels: Kernels;
  /** Those whose observations count: the team before it learned anything and after. */
  readonly actors: readonly Actor[];
  /** Control steps that each actor plays. */
  readonly steps: number;
  /** Steps are left out, evenly, where there would be more observations: a thousand services fill any memory. */
  readonly mostSamples: number;
  readonly rng: Rng;
};

/** What agents see in training, from its first day to its last: each actor plays with the dice of training. */
export function seenInTraining({ game, kernels, actors, steps, mostSamples, rng }: SeenSpec): SeenRanges {
  const { observations } = game;
  const rows = game.agents * game.environments;
  const every = Math.max(1, Math.ceil((actors.length * steps * rows) / mostSamples));
  const all = new Float32Array(actors.length * Math.ceil(steps / every) * observations.length);
  let recorded = 0;
  for (const [era, { network, weights }] of actors.entries()) {
    const player = createGreedyPlayer(kernels, network, weights, rows);
    game.restart(era);
    for (let step = 0; step < steps; step++) {
      player.choose(observations);
      draw(player.probabilities, player.actions, game.actions, rng);
      game.step(player.actions);
      // Before new episodes begin: at their start observations are blank.
      if (step % every === 0) {
        all.set(observations, recorded);
        recorded += observations.length;
      }
      player.forget(game.ended);
      game.resetEnded();
    }
  }
  return seenRanges(all);
}

/** Replaces the most probable actions by drawn ones. */
function draw(probabilities: Float64Array, actions: Int32Array, width: number, rng: Rng): void {
  for (let row = 0; row < actions.length; row++) {
    let left = rng.uniform();
    let action = 0;
    while (action < width - 1 && (left -= probabilities[row * width + action]!) >= 0) action++;
    actions[row] = action;
  }
}
