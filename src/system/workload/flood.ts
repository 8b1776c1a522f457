import { sumOf } from "../../core/statistics.ts";
import { createRng } from "../../core/rng.ts";
import { cpuMsPerEntryRequest } from "../topology/bottleneck.ts";
import type { Entry, Topology } from "../topology/topology.ts";
import { drawArrivalTimesMs } from "./arrival-times.ts";
import type { Flood } from "./fault.ts";
import type { Workload } from "./workload.ts";

/** The further requests of one flood. */
export type FloodLoad = {
  /** Requests per second on top of the users': [steps] of the workload. */
  readonly ratePerS: Float64Array;
  /** Where they go: the topology's entries that are hit; shares sum to 1. */
  readonly entries: readonly Entry[];
  readonly seed: number;
};

/** What the floods of a workload send. */
export function floodsOf(workload: Workload, topology: Topology): readonly FloodLoad[] {
  return workload.faults.flatMap((fault) =>
    fault.kind === "ddos"
      ? [{ ratePerS: extraPerS(workload, fault), entries: entriesHit(topology, fault), seed: fault.seed }]
      : [],
  );
}

/** When each request of a flood starts, ms from the start of the run, rising: independent requests. */
export function drawFloodTimesMs({ ratePerS, seed }: FloodLoad, { stepMs }: Workload): Float64Array {
  return drawArrivalTimesMs({ ratePerS, stepMs, faults: [] }, "poisson", createRng(seed).split("flood"));
}

/** A step of which the flood covers a part gets that part. */
function extraPerS({ ratePerS, stepMs }: Workload, { atMs, durationMs, factor }: Flood): Float64Array {
  return ratePerS.map((rate, step) => {
    const fromMs = Math.max(atMs, step * stepMs);
    const untilMs = Math.min(atMs + durationMs, (step + 1) * stepMs);
    return (rate * (factor - 1) * Math.max(0, untilMs - fromMs)) / stepMs;
  });
}

function entriesHit(topology: Topology, { target }: Flood): readonly Entry[] {
  if (target === "entry") return topology.entries;
  const costs = topology.entries.map((entry) => costMs(topology, entry));
  return [{ ...topology.entries[costs.indexOf(Math.max(...costs))]!, share: 1 }];
}

/** CPU time of one request at this entry in all services together, ms. */
function costMs(topology: Topology, entry: Entry): number {
  const alone = cpuMsPerEntryRequest({ ...topology, entries: [{ ...entry, share: 1 }] });
  return sumOf(alone);
}
