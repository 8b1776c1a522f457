import type { Rng } from "../core/rng.ts";
import { huberLoss, huberSlope } from "./huber.ts";
import type { Vector } from "./kernels.ts";

/**
 * A network whose outputs are what actions are worth: the discounted rewards that follow each. A row's are `outputs` numbers
 * from `at` on. `masks` holds 1 where an action is allowed, likewise from `maskAt` on; it is empty where all are.
 */
export type QHead = {
  readonly outputs: number;
  /** The first of the allowed actions of most value; at least one must be allowed. */
  best(values: Vector, at: number, masks: Uint8Array, maskAt: number): number;
  /** The best action, or with probability `share` any allowed one, all alike. */
  explore(values: Vector, at: number, masks: Uint8Array, maskAt: number, share: number, rng: Rng): number;
  /**
   * What follows an action that did not end the episode. The learning network says which action comes next, the
   * target network what it is worth, so that none praises its own errors. Given the same values twice it is plain
   * Q-learning.
   *
   * @source van Hasselt et al., Deep Reinforcement Learning with Double Q-learning (arXiv 1509.06461), eq. 4
   */
  following(values: Vector, targetValues: Vector, at: number, masks: Uint8Array, maskAt: number): number;
  /**
   * Huber's loss of what was said of an action: squared up to errors of `huber`, straight beyond. Overwrites [outputs] of
   * `gradient` from `at` on with its gradient / `over`.
   */
  learn(
    values: Vector,
    at: number,
    action: number,
    target: number,
    huber: number,
    over: number,
    gradient: Vector,
  ): number;
};

export function qHead(outputs: number): QHead {
  const best: QHead["best"] = (values, at, masks, maskAt) => {
    let found = -1;
    for (let k = 0; k < outputs; k++)
      if (isAllowed(masks, maskAt + k) && (found < 0 || values[at + k]! > values[at + found]!)) found = k;
    return found;
  };
  return {
    outputs,
    best,
    explore(values, at, masks, maskAt, share, rng) {
      if (rng.uniform() >= share) return best(values, at, masks, maskAt);
      let allowed = 0;
      for (let k = 0; k < outputs; k++) if (isAllowed(masks, maskAt + k)) allowed++;
      let left = rng.integer(allowed);
      let action = 0;
      while (!isAllowed(masks, maskAt + action) || left-- > 0) action++;
      return action;
    },
    following: (values, targetValues, at, masks, maskAt) => targetValues[at + best(values, at, masks, maskAt)]!,
    learn(values, at, action, target, huber, over, gradient) {
      const error = values[at + action]! - target;
      gradient.fill(0, at, at + outputs);
      gradient[at + action] = huberSlope(error, huber) / over;
      return huberLoss(error, huber);
    },
  };
}

function isAllowed(masks: Uint8Array, at: number): boolean {
  return masks.length === 0 || masks[at] === 1;
}
