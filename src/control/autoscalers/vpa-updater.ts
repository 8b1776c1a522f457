import type { Recommended, VpaRecommendation } from "./vpa-recommend.ts";

/** A running pod as the updater sees it; one container. */
export type VpaPod = {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly startedMs: number;
  /** Killed for memory within ten minutes after a start. */
  readonly isQuickOutOfMemory: boolean;
};

export type UpdaterConfig = {
  /** A pod inside the bounds is left alone when it would change by less than this share. */
  readonly leastChange: number;
  /** A pod inside the bounds is left alone while it is younger. */
  readonly leastAgeMs: number;
  /** Groups with fewer replicas are left alone. */
  readonly leastReplicas: number;
  /** Share of a group that may be away at the same time. */
  readonly tolerance: number;
};

/** @source kubernetes/autoscaler, vertical-pod-autoscaler/pkg/updater */
export const defaultUpdaterConfig: UpdaterConfig = {
  leastChange: 0.1,
  leastAgeMs: 12 * 3_600_000,
  leastReplicas: 2,
  tolerance: 0.5,
};

/**
 * Names of the pods that the updater evicts now, so that they come back with what is recommended: those that must grow
 * first, then those that change most, as many as may be away.
 *
 * @param configured  replicas the group should have
 */
export function podsToEvict(
  pods: readonly VpaPod[],
  recommendation: VpaRecommendation,
  configured: number,
  nowMs: number,
  config: UpdaterConfig = defaultUpdaterConfig,
): string[] {
  if (configured < config.leastReplicas) return [];
  return pods
    .map((pod) => ({ pod, priority: priorityOf(pod, recommendation) }))
    .filter(({ pod, priority }) => isWorthIt(pod, priority, nowMs, config))
    .toSorted(
      (a, b) => Number(b.priority.isGrowing) - Number(a.priority.isGrowing) || b.priority.change - a.priority.change,
    )
    .slice(0, mayBeEvicted(pods.length, configured, config.tolerance))
    .map(({ pod }) => pod.name);
}

type Priority = { readonly isOutside: boolean; readonly isGrowing: boolean; readonly change: number };

function priorityOf(pod: VpaPod, { cpuMilli, memoryBytes }: VpaRecommendation): Priority {
  const pairs: readonly (readonly [number, Recommended])[] = [
    [pod.cpuMilli, cpuMilli],
    [pod.memoryBytes, memoryBytes],
  ];
  return {
    isOutside: pairs.some(([has, { lower, upper }]) => has < lower || has > upper),
    isGrowing: pairs.some(([has, { target }]) => target > has),
    change: pairs.reduce((sum, [has, { target }]) => sum + Math.abs(has - target) / Math.max(1, has), 0),
  };
}

function isWorthIt(pod: VpaPod, { isOutside, change }: Priority, nowMs: number, config: UpdaterConfig): boolean {
  if (pod.isQuickOutOfMemory) return change > 0;
  return isOutside || (nowMs - pod.startedMs >= config.leastAgeMs && change >= config.leastChange);
}

/** Where the tolerance of a small group rounds to none, one pod may go while all are running. */
function mayBeEvicted(running: number, configured: number, tolerance: number): number {
  const tolerated = Math.trunc(configured * tolerance);
  if (tolerated === 0) return running === configured ? 1 : 0;
  return Math.max(0, running - (configured - tolerated));
}
