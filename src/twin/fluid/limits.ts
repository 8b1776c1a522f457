import type { ServicePlan } from "./plan.ts";

/** CPU limits of services that change while time passes, in all environments. */
export type LimitKernel = {
  /** Replicas of a service have another limit from the next tick on. */
  resize(service: number, limitCores: number): void;
  /** They may use so many times less than that. */
  divide(service: number, divisor: number): void;
  /** All limits are as planned again. */
  restore(): void;
};

/** A replica always has some of its limit left for requests. */
const MOST_IDLE_SHARE = 0.99;

/** @param put  puts another plan in the place of a service */
export function createLimits(
  services: readonly ServicePlan[],
  put: (service: number, own: ServicePlan) => void,
): LimitKernel {
  const planned = [...services];
  const cores = planned.map(({ station }) => station.limitCores);
  const divisors = planned.map(() => 1);
  const change = (service: number): void =>
    put(service, resized(planned[service]!, cores[service]!, divisors[service]!));
  return {
    resize(service, limitCores) {
      cores[service] = limitCores;
      change(service);
    },
    divide(service, divisor) {
      divisors[service] = divisor;
      change(service);
    },
    restore() {
      for (const [service, own] of planned.entries()) {
        cores[service] = own.station.limitCores;
        divisors[service] = 1;
        if (services[service] !== own) put(service, own);
      }
    },
  };
}

/** What an idle replica uses stays the same; a fault leaves it its share of what it may use. */
function resized(own: ServicePlan, cores: number, divisor: number): ServicePlan {
  const idleCpuShare = Math.min(MOST_IDLE_SHARE, (own.idleCpuShare * own.station.limitCores) / cores);
  return { ...own, idleCpuShare, limitShare: 1 / divisor, station: { ...own.station, limitCores: cores / divisor } };
}
