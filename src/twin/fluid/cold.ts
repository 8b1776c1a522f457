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

/** Mean factor of the ready replicas of a cell; to be asked once a tick: what the last one served fills caches. */
export type ColdKernel = (cell: number, environment: number) => number;

/** Replicas share requests alike, whether their caches are cold or not. */
export function createCold(plan: ColdStart, parts: ColdParts): ColdKernel {
  const meanFactor = "requests" in plan ? byRequests(plan, parts) : byTime(plan, parts);
  const { ready, warm } = parts.pods;
  return (cell, environment) => (warm![cell] === 1 || ready[cell] === 0 ? 1 : meanFactor(cell, environment));
}

function byTime({ factor, ms }: { readonly factor: number; readonly ms: number }, parts: ColdParts): ColdKernel {
  const { ready, readyAtTick, slots, warm } = parts.pods;
  const { nowTick } = parts;
  const tickShare = parts.tickMs / ms;
  return (cell, environment) => {
    const count = ready[cell]!;
    const now = nowTick[environment]!;
    let sum = 0;
    let least = 1;
    for (let i = 0, place = cell * slots; i < count; i++, place++) {
      const filled = (now - readyAtTick[place]!) * tickShare;
      sum += coldFactor(factor, filled);
      if (filled < least) least = filled;
    }
    if (least === 1) warm![cell] = 1;
    return sum / count;
  };
}

function byRequests(
  { factor, requests }: { readonly factor: number; readonly requests: number },
  { pods, stations }: ColdParts,
): ColdKernel {
  const { ready, slots, begun, warm } = pods;
  const { served } = stations;
  return (cell) => {
    const count = ready[cell]!;
    const more = served[cell]! / count;
    let sum = 0;
    let least = 1;
    for (let i = 0, place = cell * slots; i < count; i++, place++) {
      begun![place]! += more;
      const filled = begun![place]! / requests;
      sum += coldFactor(factor, filled);
      if (filled < least) least = filled;
    }
    if (least === 1) warm![cell] = 1;
    return sum / count;
  };
}
