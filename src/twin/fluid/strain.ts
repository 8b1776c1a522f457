import type { ServicePlan } from "./plan.ts";
import type { Stations } from "./stations.ts";
import { type GrowthCurve, growthAt } from "./work-growth.ts";

/** More growth makes more requests in work, which makes more growth: half a step at a time settles. */
const STEP = 0.5;

/**
 * Makes the work of a service follow the requests in work, as of the tick before, and how cold its replicas are.
 * Undefined where neither matters. To be done before the service works.
 *
 * @param coldness  mean factor of cold replicas: [environments]; undefined where none is ever cold
 */
export function createStrain(
  { addedMs, growth }: ServicePlan,
  coldness: Float64Array | undefined,
  stations: Stations,
  first: number,
): ((ready: Float64Array) => void) | undefined {
  if (growth === undefined && coldness === undefined) return undefined;
  const { environments, workGrowth, steadyFactor, capacityFactor } = stations;
  return (ready) => {
    if (growth !== undefined) grow(growth, stations, first, ready, addedMs);
    for (let e = 0, k = first; e < environments; e++, k++) {
      if (ready[k] === 0) continue;
      const factor = coldness === undefined ? 1 : coldness[e]!;
      capacityFactor[k] = steadyFactor[k]! / (workGrowth[k]! * factor);
    }
  };
}

function grow(curve: GrowthCurve, stations: Stations, first: number, ready: Float64Array, addedMs: number): void {
  const { environments, tickMs, workGrowth, queued, served, cpuMs, holdMs } = stations;
  for (let k = first; k < first + environments; k++) {
    const pods = ready[k]!;
    if (pods === 0) continue;
    const servedPerMs = served[k]! / (pods * tickMs);
    const target = growthAt(curve, servedPerMs * cpuMs[k]! + queued[k]! / pods, servedPerMs * (addedMs + holdMs[k]!));
    workGrowth[k]! += STEP * (target - workGrowth[k]!);
  }
}
