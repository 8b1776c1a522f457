import type { Rng } from "../core/rng.ts";
import type { Vector } from "./kernels.ts";

/** What an action is: one of some; one of some for each part, drawn apart; or numbers in (-1, 1). */
export type ActionSpace =
  | { readonly kind: "categorical"; readonly choices: number }
  | { readonly kind: "multi-discrete"; readonly choices: readonly number[] }
  | { readonly kind: "squashed-gaussian"; readonly size: number };

/** Actions as they are remembered: numbers of choices, or what was drawn before it is squashed. */
export type Drawn = Uint8Array | Uint16Array | Float64Array;

/** Actions as a game takes them: numbers of choices, or numbers in (-1, 1). */
export type Played = Int32Array | Float64Array;

/**
 * The last part of an actor: makes a distribution of actions of its outputs. A row's outputs are `outputs` numbers of a
 * flat vector from `at` on, its action `actionSize` numbers from `actionAt` on. No function but the columns allocates.
 */
export type Head = {
  readonly outputs: number;
  /** Numbers of one action. */
  readonly actionSize: number;
  /** Room for so many actions. */
  drawnColumn(actions: number): Drawn;
  playedColumn(actions: number): Played;
  /**
   * Makes of a row's outputs, in place, what the functions below read.
   *
   * @param masks  1 where a choice is allowed: [outputs] from `maskAt` on; empty where all are, and where actions are numbers
   */
  prepare(output: Vector, at: number, masks: Uint8Array, maskAt: number): void;
  draw(output: Vector, at: number, rng: Rng, drawn: Drawn, actionAt: number): void;
  /** So many numbers of drawn actions, from `from` on, as a game takes them. */
  play(drawn: Drawn, from: number, count: number, played: Played, to: number): void;
  /** Of a drawn action; of the density where actions are numbers. */
  logProbability(output: Vector, at: number, drawn: Drawn, actionAt: number): number;
  /** Nats. */
  entropy(output: Vector, at: number): number;
  /**
   * Overwrites [outputs] of `gradient` from `at` on: by the outputs before `prepare`, of
   * (weights.logProbability x log-probability of the action + weights.entropy x entropy) / weights.over.
   */
  gradient(
    output: Vector,
    at: number,
    drawn: Drawn,
    actionAt: number,
    weights: Readonly<HeadWeights>,
    gradient: Vector,
  ): void;
};

/** What a loss makes of an action: the caller writes one of these anew for each row. */
export type HeadWeights = { logProbability: number; entropy: number; over: number };
