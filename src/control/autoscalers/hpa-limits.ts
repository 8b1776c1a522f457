import { type ScaleEvents, type ScalingRules, scaleDownLimit, scaleUpLimit } from "./behavior.ts";

/** A size after the limits, and the limit that cut it, in Kubernetes' words. */
export type LimitedSize = {
  readonly replicas: number;
  readonly limitedBy?: "ScaleUpLimit" | "ScaleDownLimit" | "TooManyReplicas" | "TooFewReplicas";
};

export type SizeBounds = { readonly min: number; readonly max: number };

export type Behavior = { readonly up: ScalingRules; readonly down: ScalingRules };

/** @source Kubernetes horizontal.go, convertDesiredReplicasWithBehaviorRate */
export function limitByBehavior(
  currentReplicas: number,
  desired: number,
  bounds: SizeBounds,
  behavior: Behavior,
  events: ScaleEvents,
  nowMs: number,
): LimitedSize {
  if (desired > currentReplicas) {
    return limitGrowth(desired, scaleUpLimit(currentReplicas, behavior.up, events, nowMs), bounds.max);
  }
  if (desired < currentReplicas) {
    const limit = scaleDownLimit(currentReplicas, behavior.down, events, nowMs);
    if (limit > bounds.min) return desired < limit ? { replicas: limit, limitedBy: "ScaleDownLimit" } : within(desired);
    return desired < bounds.min ? { replicas: bounds.min, limitedBy: "TooFewReplicas" } : within(desired);
  }
  return within(desired);
}

/** What applies to an HPA without `behavior`. @source Kubernetes horizontal.go, convertDesiredReplicasWithRules */
export function limitWithoutBehavior(currentReplicas: number, desired: number, bounds: SizeBounds): LimitedSize {
  if (desired < bounds.min) return { replicas: bounds.min, limitedBy: "TooFewReplicas" };
  return limitGrowth(desired, Math.max(2 * currentReplicas, 4), bounds.max);
}

function limitGrowth(desired: number, limit: number, max: number): LimitedSize {
  if (max > limit) return desired > limit ? { replicas: limit, limitedBy: "ScaleUpLimit" } : within(desired);
  return desired > max ? { replicas: max, limitedBy: "TooManyReplicas" } : within(desired);
}

function within(replicas: number): LimitedSize {
  return { replicas };
}

/**
 * Sizes that are set before any metric is read: none at all is left alone unless none is allowed, and a size outside
 * the bounds goes to the nearest bound. Undefined = read the metrics.
 *
 * @source Kubernetes horizontal.go, reconcileAutoscaler
 */
export function sizeWithoutMetrics(currentReplicas: number, { min, max }: SizeBounds): number | undefined {
  if (currentReplicas === 0 && min !== 0) return 0;
  if (currentReplicas > max) return max;
  return currentReplicas < min ? min : undefined;
}
