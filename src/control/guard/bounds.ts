import type { Topology } from "../../system/topology/topology.ts";
import type { GuardBounds } from "./guard.ts";

/** The replicas a topology allows, in the order of its services. */
export function guardBounds(topology: Topology): GuardBounds {
  return {
    minReplicas: Float64Array.from(topology.services, ({ minReplicas }) => minReplicas),
    maxReplicas: Float64Array.from(topology.services, ({ maxReplicas }) => maxReplicas),
  };
}
