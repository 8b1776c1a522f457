import { milliCpuToCores } from "../../../core/units.ts";
import type { PodState } from "./pod-state.ts";
import type { PodUsage } from "./pod-usage.ts";

/** CPU of the ready pods of a service as metrics.k8s.io tells it. */
export type UsedCpu = {
  /** Mean of use / limit over the pods that it knows. */
  readonly cpu: number;
  /** Of the oldest of them, on the cluster's clock, ms. */
  readonly atMs: number;
};

/** Undefined where metrics.k8s.io knows none of the pods, or what it knows is older than `oldestMs`. */
export function usedCpu(
  ready: readonly PodState[],
  usage: ReadonlyMap<string, PodUsage>,
  oldestMs: number,
): UsedCpu | undefined {
  const known = ready.flatMap(({ name, limitMilli }) => {
    const used = usage.get(name);
    if (used === undefined || used.atMs < oldestMs || Number.isNaN(limitMilli)) return [];
    return [{ share: used.cores / milliCpuToCores(limitMilli), atMs: used.atMs }];
  });
  if (known.length === 0) return undefined;
  return {
    cpu: known.reduce((sum, { share }) => sum + share, 0) / known.length,
    atMs: Math.min(...known.map(({ atMs }) => atMs)),
  };
}
