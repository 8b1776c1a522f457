import { createRng } from "../../core/rng.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { type FloodLoad, drawFloodTimesMs, floodsOf } from "../../system/workload/flood.ts";
import type { Workload } from "../../system/workload/workload.ts";

/** When each request of all floods is sent, ms, ascending, and at which of the topology's entries: [requests]. */
export type FloodSchedule = { readonly timesMs: Float64Array; readonly entries: Int32Array };

export function floodSchedule(workload: Workload, topology: Topology): FloodSchedule {
  const sent = floodsOf(workload, topology).flatMap((flood) => requestsOf(flood, workload, topology));
  sent.sort((a, b) => a.atMs - b.atMs);
  return {
    timesMs: Float64Array.from(sent, ({ atMs }) => atMs),
    entries: Int32Array.from(sent, ({ entry }) => entry),
  };
}

type FloodRequest = { readonly atMs: number; readonly entry: number };

function requestsOf(flood: FloodLoad, workload: Workload, topology: Topology): readonly FloodRequest[] {
  const rng = createRng(flood.seed).split("entries");
  const places = flood.entries.map(({ service, endpoint }) =>
    topology.entries.findIndex((entry) => entry.service === service && entry.endpoint === endpoint),
  );
  return Array.from(drawFloodTimesMs(flood, workload), (atMs) => {
    let at = rng.uniform();
    const place = flood.entries.findIndex(({ share }) => (at -= share) < 0);
    return { atMs, entry: places[place < 0 ? places.length - 1 : place]! };
  });
}
