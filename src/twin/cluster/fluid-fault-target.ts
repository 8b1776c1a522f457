import type { FluidTwin } from "../fluid/fluid-twin.ts";
import type { FaultTarget } from "./fault-player.ts";

/**
 * One environment of a fluid twin, as faults see it. A replica in a crash loop is not ready in the mean. Limits are
 * divided only where the environment is the only one.
 */
export function fluidFaultTarget(twin: FluidTwin, nowMs: () => number, environment = 0): FaultTarget {
  const { faults, stations, tickMs, ready, services, environments } = twin;
  const tickOf = (atMs: number): number => Math.max(1, Math.round(atMs / tickMs));
  const usedBy = (service: number): number => {
    const cell = service * environments + environment;
    return ready[cell]! * stations.busy[cell]! * twin.limitCores(service);
  };
  return {
    nowMs,
    kill: (service, count) => faults.kill(environment, service, count),
    setWork: (service, factor) => faults.setWork(environment, service, factor),
    setLimitDivisor: (service, divisor) => faults.divideLimit(service, divisor),
    setStartup: (service, factor) => faults.setStartup(environment, service, factor),
    setSpeed: (speed) => faults.setSpeed(environment, speed),
    readyOf: (service) => ready[service * environments + environment]!,
    unready: (service, count, untilMs) => faults.withhold(environment, service, count, tickOf(untilMs), false),
    crashLoop: (service, count, untilMs) => faults.withhold(environment, service, count, tickOf(untilMs), true),
    release: (service, untilMs) => faults.release(environment, service, tickOf(untilMs)),
    blind: (service, untilMs) => faults.blind(environment, service, tickOf(untilMs)),
    see: (service) => faults.see(environment, service),
    usedCores() {
      let cores = 0;
      for (let service = 0; service < services; service++) cores += usedBy(service);
      return cores;
    },
  };
}
