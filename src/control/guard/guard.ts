import type { Readings } from "../readings/readings.ts";

/** Bounds and rates that no autoscaler may break. Pure data: part of the environment's transition and of the live loop. */
export type GuardRules = {
  /** Largest growth in one decision: desired -> max(desired * upFactor, desired + upPods). */
  readonly upFactor: number;
  readonly upPods: number;
  /** Largest share of the replicas that one decision may take away, [0, 1]. */
  readonly downShare: number;
  /** Largest growth of a replica's CPU limit in one decision: limit -> limit * cpuUpFactor, >= 1. */
  readonly cpuUpFactor: number;
  /** Largest share of a replica's CPU limit that one decision may take away, [0, 1). */
  readonly cpuDownShare: number;
  /** Readings older than this are stale: the service is held, ms. */
  readonly staleAfterMs: number;
};

export type GuardBounds = {
  /** [services] */
  readonly minReplicas: Float64Array;
  /** [services] */
  readonly maxReplicas: Float64Array;
  /** Smallest and largest CPU limit of a replica, whole millicores: [services]. */
  readonly minCpuMilli: Float64Array;
  readonly maxCpuMilli: Float64Array;
};

/** What the guard did to a proposal, as bits of a verdict. */
export const guardVerdicts = {
  notANumber: 1,
  missing: 2,
  stale: 4,
  aboveMaximum: 8,
  belowMinimum: 16,
  tooFastUp: 32,
  tooFastDown: 64,
} as const;

/**
 * Applies rules to what is wanted, replicas or millicores of each of them; all arrays [services][environments],
 * `verdicts` bits of {@link guardVerdicts}.
 */
export type Guard = (readings: Readings, wanted: Float64Array, applied: Float64Array, verdicts: Uint8Array) => void;
