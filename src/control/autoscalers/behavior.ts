/** How much may be added or taken away within a period. */
type ScalingPolicy = {
  readonly type: "Pods" | "Percent";
  readonly value: number;
  readonly periodMs: number;
};

export type ScalingRules = {
  /** Which of the policies counts: the one that allows the largest change, the smallest, or no change at all. */
  readonly selectPolicy: "Max" | "Min" | "Disabled";
  readonly policies: readonly ScalingPolicy[];
};

/** A change of size that happened; `replicas` > 0 whichever way it went. */
export type ScaleEvent = { readonly replicas: number; readonly atMs: number };

export type ScaleEvents = { readonly up: readonly ScaleEvent[]; readonly down: readonly ScaleEvent[] };

/**
 * The largest size these rules allow now, counted from the size at the start of each policy's period. Rounding is
 * upstream's, floating point and all: 10 % on top of 10 replicas allows 12.
 *
 * @source Kubernetes horizontal.go, calculateScaleUpLimitWithScalingRules
 */
export function scaleUpLimit(currentReplicas: number, rules: ScalingRules, events: ScaleEvents, nowMs: number): number {
  if (rules.selectPolicy === "Disabled") return currentReplicas;
  const limits = rules.policies.map(({ type, value, periodMs }) => {
    const atStart = sizeAtStart(currentReplicas, events, nowMs, periodMs);
    return type === "Pods" ? atStart + value : Math.ceil(atStart * (1 + value / 100));
  });
  const limit = rules.selectPolicy === "Max" ? Math.max(...limits) : Math.min(...limits);
  return Math.max(currentReplicas, limit);
}

/** The smallest size these rules allow now. @source Kubernetes horizontal.go, calculateScaleDownLimitWithBehaviors */
export function scaleDownLimit(
  currentReplicas: number,
  rules: ScalingRules,
  events: ScaleEvents,
  nowMs: number,
): number {
  if (rules.selectPolicy === "Disabled") return currentReplicas;
  const limits = rules.policies.map(({ type, value, periodMs }) => {
    const atStart = sizeAtStart(currentReplicas, events, nowMs, periodMs);
    return type === "Pods" ? atStart - value : Math.trunc(atStart * (1 - value / 100));
  });
  const limit = rules.selectPolicy === "Max" ? Math.min(...limits) : Math.max(...limits);
  return Math.min(currentReplicas, limit);
}

/** Drops events that no policy looks at any more. */
export function keepRecent(events: readonly ScaleEvent[], rules: ScalingRules, nowMs: number): ScaleEvent[] {
  const longestMs = Math.max(0, ...rules.policies.map(({ periodMs }) => periodMs));
  return events.filter(({ atMs }) => nowMs - atMs < longestMs);
}

function sizeAtStart(currentReplicas: number, events: ScaleEvents, nowMs: number, periodMs: number): number {
  return currentReplicas - changeWithin(events.up, nowMs, periodMs) + changeWithin(events.down, nowMs, periodMs);
}

function changeWithin(events: readonly ScaleEvent[], nowMs: number, periodMs: number): number {
  let change = 0;
  for (const { replicas, atMs } of events) if (nowMs - atMs < periodMs) change += replicas;
  return change;
}
