import { momentsOf } from "./advantages.ts";

/** The critic works with returns of mean 0 and deviation 1; these turn them back. */
export type ReturnScale = { mean: number; deviation: number; rollouts: number };

/**
 * Which returns the scale follows: the `recent` ones, with a weight of 0.2 for each rollout; `all` alike, as MAPPO's
 * value normalisation does; or `none`, so that the critic works in the unit of rewards.
 */
export type ReturnScaling = "recent" | "all" | "none";

export function createReturnScale(): ReturnScale {
  return { mean: 0, deviation: 1, rollouts: 0 };
}

/** Weight of one rollout in the running mean and deviation of recent returns, once there were a few. */
const recentWeight = 0.2;

/** @source marlbenchmark/on-policy, utils/valuenorm.py: weight of the past, least variance */
const pastWeight = 0.99999;
const leastDeviation = 0.1;

/** Takes the returns of a rollout. */
export function followReturns(scale: ReturnScale, returns: Float64Array, scaling: ReturnScaling): void {
  if (scaling === "none") return;
  const { mean, deviation } = momentsOf(returns);
  scale.rollouts++;
  if (scaling === "all") return followAll(scale, mean, deviation);
  const weight = Math.max(recentWeight, 1 / scale.rollouts);
  scale.mean += weight * (mean - scale.mean);
  scale.deviation += weight * (deviation - scale.deviation);
}

/** A mean of exponential weights, and of squares too, its start corrected: as good as the mean over all rollouts. */
function followAll(scale: ReturnScale, mean: number, deviation: number): void {
  let past = 1;
  for (let k = 0; k < scale.rollouts; k++) past *= pastWeight;
  const weight = (1 - pastWeight) / (1 - past);
  const before = scale.rollouts === 1 ? 0 : scale.deviation ** 2 + scale.mean ** 2;
  const squares = before + weight * (deviation ** 2 + mean ** 2 - before);
  scale.mean += weight * (mean - scale.mean);
  scale.deviation = Math.max(leastDeviation, Math.sqrt(Math.max(0, squares - scale.mean ** 2)));
}
