import { bottleneckRatePerS } from "../topology/bottleneck.ts";
import type { Topology } from "../topology/topology.ts";
import type { Arrivals } from "./scenario.ts";

/** Share of what the bottleneck can serve at maximum replicas that a load uses when nothing else is said. */
const DEFAULT_SHARE = 0.4;

/** The mean rate that needs 40 % of what the bottleneck can serve at maximum replicas, requests per second. */
export function defaultVolumePerS(topology: Topology): number {
  return DEFAULT_SHARE * bottleneckRatePerS(topology);
}

/**
 * The rate that the parts of a scenario multiply, requests per second: the scenario's own, otherwise what the topology
 * says at INPUT, otherwise 40 % of the bottleneck. A trace does not look at INPUT: its peaks would not fit.
 */
export function volumePerS(arrivals: Arrivals, topology: Topology): number {
  const declared = arrivals.trace === undefined ? topology.arrivalsPerS : undefined;
  return arrivals.volumePerS ?? declared ?? defaultVolumePerS(topology);
}
