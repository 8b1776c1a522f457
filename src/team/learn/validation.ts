import type { Kernels } from "../../nn/kernels.ts";
import type { Network } from "../../nn/network.ts";
import type { VectorGame } from "../env/vector-game.ts";
import { createGreedyPlayer } from "../policy/inference.ts";
import { momentsOf } from "./advantages.ts";

/** How an actor does where it was not trained, without trying things out. */
export type Validation = {
  /** Mean reward of an agent in a step: what the best actor has most of. */
  readonly reward: number;
  /** Sums of the game over the play. */
  readonly totals: Readonly<Record<string, number>>;
};

export type ValidationSpec = {
  /** The game of the training, with dice of its own. */
  readonly game: VectorGame;
  readonly kernels: Kernels;
  /** Of every actor. */
  readonly network: Network;
  /** Control steps of a play. */
  readonly steps: number;
};

/**
 * The same play, dice and all, for the weights of one actor after another: they differ by what they do alone. One player
 * plays them all, because kernels never give memory back.
 */
export function createValidator({
  game,
  kernels,
  network,
  steps,
}: ValidationSpec): (weights: Float32Array) => Validation {
  const rows = game.agents * game.environments;
  const player = createGreedyPlayer(kernels, network, new Float32Array(network.endsAt), rows);
  return (weights) => {
    player.become(weights);
    player.forget();
    game.restart(0);
    game.clearTotals();
    let reward = 0;
    for (let step = 0; step < steps; step++) {
      player.choose(game.observations, game.mask);
      game.step(player.actions);
      reward += momentsOf(game.rewards).mean;
      player.forget(game.ended);
      game.resetEnded();
    }
    return { reward: reward / steps, totals: { ...game.totals } };
  };
}
