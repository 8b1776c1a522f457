import type { Kernels } from "../../nn/kernels.ts";
import type { VectorGame } from "../env/vector-game.ts";
import { createGreedyPlayer } from "../policy/inference.ts";
import { momentsOf } from "./advantages.ts";
import type { Actor } from "./seen-in-training.ts";

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
  /** Control steps of a play. */
  readonly steps: number;
};

/** The same play, dice and all, for one actor after another: they differ by what they do alone. */
export function validate({ game, kernels, steps }: ValidationSpec, { network, weights }: Actor): Validation {
  const player = createGreedyPlayer(kernels, network, weights, game.agents * game.environments);
  let reward = 0;
  game.restart(0);
  game.clearTotals();
  for (let step = 0; step < steps; step++) {
    player.choose(game.observations, game.mask);
    game.step(player.actions);
    reward += momentsOf(game.rewards).mean;
    player.forget(game.ended);
    game.resetEnded();
  }
  return { reward: reward / steps, totals: { ...game.totals } };
}
