import type { Fault } from "./fault.ts";

/** Arrivals and faults as data, realised for one seed. Twin and load generator both read it. */
export type Workload = {
  /** Arrival rate at the entry in each step, requests per second: [steps]. */
  readonly ratePerS: Float64Array;
  /** Length of a step, ms. */
  readonly stepMs: number;
  readonly faults: readonly Fault[];
};

export function workloadLengthMs(workload: Workload): number {
  return workload.ratePerS.length * workload.stepMs;
}

/** Mean arrivals per second over the whole workload. */
export function meanRatePerS(workload: Workload): number {
  let sum = 0;
  for (const rate of workload.ratePerS) sum += rate;
  return sum / workload.ratePerS.length;
}
