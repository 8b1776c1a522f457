import type { Topology } from "../../system/topology/topology.ts";
import type { FluidTwin } from "../fluid/fluid-twin.ts";
import type { FaultTarget } from "./fault-player.ts";

/** The one environment of a fluid twin, as faults see it. A replica in a crash loop is not ready in the mean. */
export function fluidFaultTarget({ services }: Topology, twin: FluidTwin, nowMs: () => number): FaultTarget {
  const { faults, stations, tickMs } = twin;
  const tickOf = (atMs: number): number => Math.max(1, Math.round(atMs / tickMs));
  const ready = (): Float64Array => twin.observe().ready;
  return {
    nowMs,
    kill: (service, count) => faults.kill(0, service, count),
    setWork: (service, factor) => faults.setWork(0, service, factor),
    setLimitDivisor: (service, divisor) => faults.divideLimit(service, divisor),
    setStartup: (service, factor) => faults.setStartup(0, service, factor),
    setSpeed: (speed) => faults.setSpeed(0, speed),
    readyOf: (service) => ready()[service]!,
    unready: (service, count, untilMs) => faults.withhold(0, service, count, tickOf(untilMs), false),
    crashLoop: (service, count, untilMs) => faults.withhold(0, service, count, tickOf(untilMs), true),
    release: (service, untilMs) => faults.release(0, service, tickOf(untilMs)),
    blind: (service, untilMs) => faults.blind(0, service, tickOf(untilMs)),
    see: (service) => faults.see(0, service),
    usedCores: () => services.reduce((sum, _, k) => sum + ready()[k]! * stations.busy[k]! * twin.limitCores(k), 0),
  };
}
