import type { Timing } from "../../control/loop/timing.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { visitRatios } from "../../system/topology/visit-ratios.ts";
import { type Estimate, declaredEstimate, meanEstimate } from "./estimate.ts";
import { type Recording, newSamples } from "./recording.ts";

const FEWEST_SAMPLES = 6;

/**
 * Requests at each service per request at the entry: [services]. Windows of two services do not end together, so this
 * is a mean over many.
 */
export function fitVisits(recording: Recording, topology: Topology, timing: Timing): Estimate[] {
  const declared = visitRatios(topology);
  const overlap = Math.max(1, timing.windowMs / timing.scrapePeriodMs);
  return topology.services.map((_, service) => {
    const ratios = newSamples(recording, service).flatMap(({ arrivalsPerS, entryArrivalsPerS, droppedPerS }) => {
      const ratio = arrivalsPerS[service]! / entryArrivalsPerS[0]!;
      return Number.isFinite(ratio) && droppedPerS.every((one) => !(one > 0)) ? [ratio] : [];
    });
    return ratios.length < FEWEST_SAMPLES ? declaredEstimate(declared[service]!) : meanEstimate(ratios, overlap);
  });
}
