import type { RequestPlan } from "./plan.ts";
import { PERIOD_MS } from "../quota/quota-period.ts";

/** CPU limits of the replicas of each service, and what their meters showed when these last changed: [services]. */
export type Limits = {
  readonly cores: Float64Array;
  /** CPU that an idle replica uses / its limit. */
  readonly idleShare: Float64Array;
  /** What faults make of the limit; readings do not know. */
  readonly divisor: Float64Array;
  readonly busyMs: Float64Array;
  readonly cpuMs: Float64Array;
  readonly readyMs: Float64Array;
};

export function createLimits({ services }: RequestPlan): Limits {
  const zeros = (): Float64Array => new Float64Array(services.length);
  return {
    cores: Float64Array.from(services, ({ limitCores }) => limitCores),
    idleShare: Float64Array.from(services, ({ idleCpuShare }) => idleCpuShare),
    divisor: zeros().fill(1),
    busyMs: zeros(),
    cpuMs: zeros(),
    readyMs: zeros(),
  };
}

/** Of a limit, that requests have always, however much an idle replica takes of it. */
const LEAST_SHARE = 0.01;

/** CPU per period that a replica may use for requests, ms. */
export function budgetOf({ cores, idleShare, divisor }: Limits, service: number): number {
  const forRequests = Math.max(LEAST_SHARE, 1 - idleShare[service]!);
  return (cores[service]! * PERIOD_MS * forRequests) / divisor[service]!;
}
