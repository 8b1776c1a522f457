import { needPriors } from "./prior.ts";
import type { Topology } from "../../system/topology/topology.ts";

/** Utilisation at which a run starts: what a well-set autoscaler would have left. */
const START_UTILISATION = 0.6;

/** Replicas of each service that a run starts with, for its first arrival rate: [services]. */
export function initialSizes(topology: Topology, firstRatePerS: number): Float64Array {
  const needs = needPriors(topology).priorPodsPerEntryRequest;
  return Float64Array.from(topology.services, ({ minReplicas, maxReplicas }, index) =>
    Math.min(maxReplicas, Math.max(minReplicas, Math.ceil((needs[index]! * firstRatePerS) / START_UTILISATION))),
  );
}
