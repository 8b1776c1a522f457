import type { ActionSpace, Played } from "../../nn/head.ts";

/**
 * A game played by the same agents in many environments at once, on flat arrays that each step overwrites. Rows are
 * `agent * environments + environment`. What a learner needs and nothing else.
 */
export type VectorGame<Actions extends Played = Int32Array> = {
  readonly agents: number;
  readonly environments: number;
  readonly observationSize: number;
  /** Choices of an agent; of all parts of its action together; 0 where actions are numbers. */
  readonly actions: number;
  /** What an action is; one of `actions` when left out. */
  readonly actionSpace?: ActionSpace;
  /** 1 where an action may be taken now: [agents][environments][actions]. All may when left out. */
  readonly mask?: Uint8Array;
  /** Environments `k * groupSize ...` of a group meet the same outside world at the same time. */
  readonly groupSize: number;
  /** 1 where an agent takes part now: [agents][environments]. All do when left out. */
  readonly alive?: Uint8Array;
  /** [agents][environments][observationSize] */
  readonly observations: Float32Array;
  readonly privilegedSize: number;
  /** What only a critic in training may see: [environments][privilegedSize]. */
  readonly privileged: Float32Array;
  /** Of the last step: [agents][environments]. */
  readonly rewards: Float64Array;
  /** 1 where the last step ended an episode: [environments]. */
  readonly ended: Uint8Array;
  /** 1 where it was not the clock that ended it, so that nothing follows: [environments]. Never when left out. */
  readonly terminated?: Uint8Array;
  /** Sums since the last `clearTotals`, for people to read. */
  readonly totals: Readonly<Record<string, number>>;
  clearTotals(): void;
  /** Starts everything afresh. What happens from here on depends on `era` and the actions alone. */
  restart(era: number): void;
  /**
   * One step of every environment. Observations are then those of the state reached, also where an episode ended.
   *
   * @param actions  [agents][environments][numbers of an action]
   */
  step(actions: Actions): void;
  /** Starts new episodes where one has ended, and overwrites their observations. */
  resetEnded(): void;
};
