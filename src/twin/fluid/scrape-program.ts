import type { Arena } from "./arena.ts";
import { type CountNoise, normals } from "./count-noise.ts";
import type { EntryState } from "./entry.ts";
import { type Pipeline, sampleSlots, snapshotSlots } from "./pipeline.ts";
import type { FluidPlan } from "./plan.ts";
import { type Run, createProgram } from "./program.ts";
import { STATION_OPS } from "./station-ops.ts";
import type { Stations } from "./stations.ts";

export type ScrapeProgramParts = {
  readonly plan: FluidPlan;
  readonly stations: Stations;
  readonly entry: EntryState;
  readonly servicePipeline: Pipeline;
  readonly entryPipeline: Pipeline;
  /** Undefined: nothing is counted. */
  readonly counts: CountNoise | undefined;
  /** States of random streams: [environments][4] */
  readonly streams: { readonly metrics: Int32Array; readonly counts: Int32Array };
  readonly nowTick: Float64Array;
  /** Where kernels find a table. */
  readonly placeOf: (table: Float64Array) => number;
};

/** Scrapes what is due, as `service-metrics.ts` and `entry-metrics.ts`, with the same random numbers. */
export function createScrapeProgram(parts: ScrapeProgramParts, arena: Arena, run: Run): () => void {
  const program = createProgram(arena, run);
  const { stations, nowTick, entry, servicePipeline, entryPipeline, placeOf } = parts;
  const { addressOf } = arena;
  const { environments, tickMs } = stations;
  const { ofServices, ofEntries, stream } = placesOfCounts(parts, arena);
  const counting = [stream, placeOf(normals)];
  program.add(
    STATION_OPS.scrapeServices,
    [
      ...placesOf(servicePipeline, arena),
      environments,
      addressOf(nowTick),
      addressOf(parts.streams.metrics),
      ...counting,
      ...ofServices,
      ...placesOfStations(parts, arena),
      addressOf(serviceNumbers(parts.plan, tickMs, arena)),
    ],
    [tickMs],
  );
  program.add(
    STATION_OPS.scrapeEntries,
    [...placesOf(entryPipeline, arena), addressOf(nowTick), ...counting, ...ofEntries, addressOf(entry.variance)],
    [tickMs],
  );
  return program.done();
}

function placesOf({ ticks, fields, targets, ...columns }: Pipeline, { addressOf }: Arena): number[] {
  const { counters, snapshots, snapshotTick, samples, sampleTick, count, nextTick } = columns;
  const places = [counters, snapshots, snapshotTick, samples, sampleTick, count, nextTick].map((one) => addressOf(one));
  return [...places, fields, targets, snapshotSlots(ticks), sampleSlots(ticks), ticks.scrapesPerWindow, ticks.period];
}

/** No address is 0: nothing is counted then. */
function placesOfCounts(
  { counts, streams }: ScrapeProgramParts,
  { addressOf }: Arena,
): { readonly stream: number; readonly ofServices: readonly number[]; readonly ofEntries: readonly number[] } {
  if (counts === undefined) return { stream: 0, ofServices: [0, 0, 0], ofEntries: [0, 0, 0] };
  const { expected, surplus, seen, seenAtEntry } = counts;
  const both = [expected, surplus].map((one) => addressOf(one));
  return {
    stream: addressOf(streams.counts),
    ofServices: [...both, addressOf(seen)],
    ofEntries: [...both, addressOf(seenAtEntry)],
  };
}

function placesOfStations({ stations, plan }: ScrapeProgramParts, { addressOf }: Arena): number[] {
  const { queued, served, cpuMs, cpuVariance, waitMs, holdMs, capacityFactor, memoryMiB } = stations;
  const columns = [queued, served, cpuMs, cpuVariance, waitMs, holdMs, capacityFactor];
  return [...columns.map((one) => addressOf(one)), plan.hasMemory ? addressOf(memoryMiB) : 0];
}

/** Of each service: visits, variation of work, CPU of a request, CPU of a tick, added latency. */
function serviceNumbers({ services }: FluidPlan, tickMs: number, arena: Arena): Float64Array {
  const numbers = services.flatMap(({ visits, station, limitShare, addedMs }) => [
    visits,
    station.workScv,
    station.workMs * limitShare,
    tickMs * station.limitCores,
    addedMs,
  ]);
  const place = arena.float64(numbers.length);
  place.set(numbers);
  return place;
}
