import { milliCpuToCores } from "../../core/units.ts";
import type { Topology } from "../../system/topology/topology.ts";
import type { GuardBounds } from "./guard.ts";

/** Of the declared CPU limit: with less a replica has hardly enough to answer its probes. */
const LEAST_CPU_SHARE = 0.1;

/**
 * What a topology allows, in the order of its services: the declared replicas; CPU limits from a tenth of the declared
 * one to as many cores as a replica has threads for, which are the declared ones, rounded up.
 */
export function guardBounds(topology: Pick<Topology, "services">): GuardBounds {
  const { services } = topology;
  return {
    minReplicas: Float64Array.from(services, ({ minReplicas }) => minReplicas),
    maxReplicas: Float64Array.from(services, ({ maxReplicas }) => maxReplicas),
    minCpuMilli: Float64Array.from(services, ({ cpuMilli }) => Math.max(1, Math.ceil(cpuMilli * LEAST_CPU_SHARE))),
    maxCpuMilli: Float64Array.from(services, ({ cpuMilli }) => 1_000 * Math.ceil(milliCpuToCores(cpuMilli))),
  };
}
