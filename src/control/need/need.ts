import type { Readings } from "../readings/readings.ts";

/**
 * How many replicas each service needs, learnt online from what a metrics pipeline shows. Vectorised over environments.
 *
 * Feed-forward need: entry arrivals x visits per entry request x pods of CPU used per own request. Local need: own
 * arrivals x the latter. Running means of 10 min; visits are frozen while anything saturates or drops.
 */
export type NeedEstimator = {
  /** Pods at 100 % CPU that the current entry rate needs, real-valued: [services][environments]. */
  readonly feedForward: Float64Array;
  /** The same from the service's own arrivals: [services][environments]. */
  readonly local: Float64Array;
  /** Takes one set of readings; call once per sync period. */
  update(readings: Readings): void;
  /** Forgets what was learnt in one environment. */
  reset(environment: number): void;
};
