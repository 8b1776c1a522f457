import type { ColdStart } from "../../system/topology/topology.ts";
import type { Pods } from "./pods.ts";
import type { Stations } from "./stations.ts";

/** Factor on the work of a request by how far the caches of its replica are filled, [0, 1]: from the first to 1. */
export function coldFactor(factor: number, filled: number): number {
  return filled < 1 ? 1 + (factor - 1) * (1 - filled) : 1;
}

export type ColdParts = {
  readonly stations: Stations;
  readonly pods: Pods;
  /** [environments] */
  readonly nowTick: Float64Array;
  /** Length of a tick in the scenario, ms. */
  readonly tickMs: number;
};

/** Writes the mean factor of the ready replicas, 1 without any: [environments]; to be asked once a tick. */
export type ColdKernel = (coldness: Float64Array) => void;

/** Mean factor of the ready replicas of a cell, of which the first `warm` are known to be warm. */
type MeanFactor = (cell: number, environment: number, count: number, warm: number) => number;

/** Replicas share requests alike, whether their caches are cold or not. */
export function createCold(plan: ColdStart, service: number, parts: ColdParts): ColdKernel {
  const meanFactor = "requests" in plan ? byRequests(plan, parts) : byTime(plan, parts);
  const { ready, warm, environments } = parts.pods;
  return (coldness) => {
    for (let e = 0, k = service * environments; e < environments; e++, k++) {
      const count = ready[k]!;
      const known = warm![k]!;
      coldness[e] = known < count ? meanFactor(k, e, count, known) : 1;
    }
  };
}

function byTime({ factor, ms }: { readonly factor: number; readonly ms: number }, parts: ColdParts): MeanFactor {
  const { readyAtTick, slots, warm } = parts.pods;
  const { nowTick } = parts;
  const tickShare = parts.tickMs / ms;
  return (cell, environment, count, known) => {
    const now = nowTick[environment]!;
    let sum = known;
    let leading = known;
    for (let i = known, place = cell * slots + known; i < count; i++, place++) {
      const filled = (now - readyAtTick[place]!) * tickShare;
      sum += coldFactor(factor, filled);
      if (filled >= 1 && leading === i) leading++;
    }
    warm![cell] = leading;
    return sum / count;
  };
}

function byRequests(
  { factor, requests }: { readonly factor: number; readonly requests: number },
  { pods, stations }: ColdParts,
): MeanFactor {
  const { slots, begun, warm } = pods;
  const { served } = stations;
  return (cell, _environment, count, known) => {
    const more = served[cell]! / count;
    let sum = known;
    let leading = known;
    for (let i = known, place = cell * slots + known; i < count; i++, place++) {
      begun![place]! += more;
      const filled = begun![place]! / requests;
      sum += coldFactor(factor, filled);
      if (filled >= 1 && leading === i) leading++;
    }
    warm![cell] = leading;
    return sum / count;
  };
}
