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
  const { stations, pods, nowTick, tickMs } = parts;
  const { factor } = plan;
  const filledAt = "requests" in plan ? filledByRequests(pods.begun!, plan.requests) : filledByTime;
  const tickShare = "ms" in plan ? tickMs / plan.ms : 0;

  function filledByTime(place: number, environment: number): number {
    return (nowTick[environment]! - pods.readyAtTick[place]!) * tickShare;
  }

  return (cell, environment) => {
    const ready = pods.ready[cell]!;
    if (ready === 0) return 1;
    const begun = stations.served[cell]! / ready;
    let sum = 0;
    for (let i = 0, place = cell * pods.slots; i < ready; i++, place++) {
      pods.begun![place]! += begun;
      sum += coldFactor(factor, filledAt(place, environment));
    }
    return sum / ready;
  };
}

function filledByRequests(begun: Float64Array, requests: number): (place: number) => number {
  return (place) => begun[place]! / requests;
}
