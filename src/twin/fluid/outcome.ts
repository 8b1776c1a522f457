import { type Arena, createHeapArena } from "./arena.ts";
import type { EntryState } from "./entry.ts";
import type { FluidOutcome } from "./fluid-twin.ts";
import type { FluidPlan } from "./plan.ts";
import type { Stations } from "./stations.ts";

/** Where nobody waited all are to blame alike. */
const LEAST_WEIGHT = 1e-12;

export function createOutcome(services: number, environments: number, arena: Arena = createHeapArena()): FluidOutcome {
  return {
    requests: arena.float64(environments),
    violating: arena.float64(environments),
    failed: arena.float64(environments),
    blamed: arena.float64(services * environments),
    podSeconds: arena.float64(services * environments),
    sizedPodSeconds: arena.float64(services * environments),
  };
}

/**
 * Adds what users met in the last tick to the outcome. Violating requests are blamed in proportion to visits x blame
 * weight.
 *
 * @param perWeight  violating requests per weight: [environments], a place to put them
 */
export function addOutcome(
  outcome: FluidOutcome,
  { arrived, violatingShare, ok }: EntryState,
  { services }: FluidPlan,
  { blameWeight }: Stations,
  perWeight: Float64Array,
): void {
  const { requests, violating, failed, blamed } = outcome;
  const environments = arrived.length;
  perWeight.fill(LEAST_WEIGHT);
  for (let s = 0, k = 0; s < services.length; s++) {
    const { visits } = services[s]!;
    for (let e = 0; e < environments; e++, k++) perWeight[e]! += visits * blameWeight[k]! + LEAST_WEIGHT;
  }
  for (let e = 0; e < environments; e++) {
    const bad = arrived[e]! * violatingShare[e]!;
    requests[e]! += arrived[e]!;
    violating[e]! += bad;
    failed[e]! += arrived[e]! * (1 - ok[e]!);
    perWeight[e] = bad / perWeight[e]!;
  }
  for (let s = 0, k = 0; s < services.length; s++) {
    const { visits } = services[s]!;
    for (let e = 0; e < environments; e++, k++) blamed[k]! += perWeight[e]! * (visits * blameWeight[k]! + LEAST_WEIGHT);
  }
}
