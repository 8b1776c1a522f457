import type { VpaUsage } from "./vpa-usage.ts";

/** What a container should request, and between what bounds it is not worth a restart. */
export type Recommended = { readonly target: number; readonly lower: number; readonly upper: number };

export type VpaRecommendation = {
  /** Millicores. */
  readonly cpuMilli: Recommended;
  readonly memoryBytes: Recommended;
};

export type RecommenderConfig = {
  /** Of the use, [0, 1]. */
  readonly percentiles: { readonly target: number; readonly lower: number; readonly upper: number };
  /** On top of it. */
  readonly marginShare: number;
};

export const defaultRecommenderConfig: RecommenderConfig = {
  percentiles: { target: 0.9, lower: 0.5, upper: 0.95 },
  marginShare: 0.15,
};

const leastCpuMilli = 25;
const leastMemoryBytes = 250 * 1024 * 1024;

/**
 * Percentiles of what was used, by default 15 % more, never below a least share of a pod; the bounds wide while there is little
 * history: upper x (1 + 1 / confidence), lower x (1 + 0.001 / confidence)^-2. Whole units, cut off after each step as
 * upstream does.
 *
 * @param containers  of the pod, >= 1: they share the least amounts
 * @source kubernetes/autoscaler, vertical-pod-autoscaler/pkg/recommender/logic: recommender, estimator
 */
export function recommendVpa(
  usage: VpaUsage,
  containers = 1,
  { percentiles, marginShare }: RecommenderConfig = defaultRecommenderConfig,
): VpaRecommendation {
  const confidence = usage.confidence();
  const boundsOf = (least: number, of: (q: number) => number): Recommended => {
    const estimate = (q: number, factor: number): number => {
      const amount = Math.trunc(of(q));
      const raised = amount + Math.trunc(amount * marginShare);
      return Math.max(Math.trunc(least / containers), Math.trunc(scaled(raised, factor)));
    };
    return {
      target: estimate(percentiles.target, 1),
      lower: estimate(percentiles.lower, (1 + 0.001 / confidence) ** -2),
      upper: estimate(percentiles.upper, 1 + 1 / confidence),
    };
  };
  return {
    cpuMilli: boundsOf(leastCpuMilli, (q) => usage.cpu.percentile(q) * 1_000),
    memoryBytes: boundsOf(leastMemoryBytes, (q) => usage.memory.percentile(q)),
  };
}

/** Nothing stays nothing, without any history too, where the factor is infinite. */
function scaled(amount: number, factor: number): number {
  return amount === 0 ? 0 : amount * factor;
}
