import { sumOf } from "../../core/statistics.ts";
import type { FluidOutcome } from "../../twin/fluid/fluid-twin.ts";
import type { ScalingTimes } from "./scaling-times.ts";

export type RewardScale = {
  /** Price of a violating request. */
  readonly kappa: number;
  /** Price of a change of a size, whatever its step, in that of a pod for one control step. */
  readonly changePrice: number;
  readonly requestsOfMeanStep: number;
  /** Pods that mean traffic needs of all services at 100 % CPU. */
  readonly podsOfMeanTraffic: number;
  readonly stepMs: number;
};

/** @param podsPerEntryRequest  pods that one request per second needs at 100 % CPU: [services] */
export function rewardScale(
  prices: { readonly kappa: number; readonly changePrice?: number; readonly meanRatePerS: number },
  { stepMs }: ScalingTimes,
  podsPerEntryRequest: Float64Array,
): RewardScale {
  const { kappa, changePrice = 0, meanRatePerS } = prices;
  const podsOfMeanTraffic = sumOf(podsPerEntryRequest) * meanRatePerS;
  return { kappa, changePrice, requestsOfMeanStep: (meanRatePerS * stepMs) / 1_000, podsOfMeanTraffic, stepMs };
}

/** Of one control step: [agents][environments]. */
export type ScalingRewards = {
  readonly rewards: Float64Array;
  /** Violating requests blamed on the agent / requests of a mean step. */
  readonly violations: Float64Array;
  /** Pods of the agent / pods that mean traffic needs. */
  readonly costs: Float64Array;
};

/** Sums over control steps and environments, for people to read. */
export type ScalingTotals = { requests: number; violating: number; pods: number; steps: number };

export function addTotals(totals: ScalingTotals, { requests, violating }: FluidOutcome, pods: number): void {
  totals.pods += pods;
  for (let environment = 0; environment < requests.length; environment++) {
    totals.requests += requests[environment]!;
    totals.violating += violating[environment]!;
  }
  totals.steps += requests.length;
}

export function createScalingRewards(cells: number): ScalingRewards {
  return { rewards: new Float64Array(cells), violations: new Float64Array(cells), costs: new Float64Array(cells) };
}

/**
 * Reward of an agent: - kappa x violation - cost - price of its change. Returns the pods of all of them together.
 *
 * @param changed  1 where the size is another than a step ago: [agents][environments]
 */
export function scoreStep(
  outcome: FluidOutcome,
  changed: Uint8Array,
  scale: RewardScale,
  { rewards, violations, costs }: ScalingRewards,
): number {
  const { kappa, changePrice, requestsOfMeanStep, podsOfMeanTraffic, stepMs } = scale;
  const podsPerSecond = 1_000 / stepMs;
  let all = 0;
  for (let cell = 0; cell < rewards.length; cell++) {
    const pods = outcome.podSeconds[cell]! * podsPerSecond;
    all += pods;
    const cost = pods / podsOfMeanTraffic;
    violations[cell] = outcome.blamed[cell]! / requestsOfMeanStep;
    costs[cell] = cost;
    rewards[cell] = (-kappa * outcome.blamed[cell]!) / requestsOfMeanStep - cost;
    if (changed[cell] !== 0) rewards[cell]! -= changePrice / podsOfMeanTraffic;
  }
  return all;
}
