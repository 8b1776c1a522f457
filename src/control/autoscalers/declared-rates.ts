import type { Topology } from "../../system/topology/topology.ts";
import { needPriors } from "../need/prior.ts";

/**
 * Requests per second that load one replica of each service to so many per cent of its CPU, by what is declared:
 * [services]. Infinity where a request needs no CPU.
 */
export function ratesAtPercent(topology: Topology, percent: number): number[] {
  const { priorPodsPerRequest } = needPriors(topology);
  return Array.from(priorPodsPerRequest, (pods) => percent / 100 / pods);
}
