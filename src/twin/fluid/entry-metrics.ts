import type { Readings } from "../../control/readings/readings.ts";
import type { EntryState } from "./entry.ts";
import { type Pipeline, newestSample, sampleAt, scrapeTarget, visibleSlot, windowGrowth } from "./pipeline.ts";

/** Counters at the entry: fields of its pipeline. Samples: arrivals, violating share, latency. */
const ARRIVED = 0;
const VIOLATING = 1;
const ANSWERED = 2;
const LATENCY = 3;
export const ENTRY_FIELDS = 4;

/** Adds the last tick to the counters. */
export function countEntry({ counters, targets }: Pipeline, entry: EntryState): void {
  const { arrived, flooded, violatingShare, ok, meanMs } = entry;
  for (let e = 0; e < targets; e++) {
    // Metrics cannot tell whose a request is.
    const all = arrived[e]! + flooded[e]!;
    const answered = all * ok[e]!;
    counters[ARRIVED * targets + e]! += all;
    counters[VIOLATING * targets + e]! += all * violatingShare[e]!;
    counters[ANSWERED * targets + e]! += answered;
    counters[LATENCY * targets + e]! += answered * meanMs[e]!;
  }
}

/** Scrapes every entry that is due. */
export function scrapeEntry(pipeline: Pipeline, tickMs: number, nowTick: Float64Array): void {
  for (let e = 0; e < pipeline.targets; e++) {
    if (pipeline.nextTick[e]! > nowTick[e]!) continue;
    scrapeTarget(pipeline, e, nowTick[e]!);
    const perS = 1_000 / (windowGrowth(pipeline, e, grown) * tickMs);
    const arrived = grown[ARRIVED]!;
    const answered = grown[ANSWERED]!;
    const at = newestSample(pipeline, e);
    pipeline.samples[at] = arrived * perS;
    pipeline.samples[at + 1] = arrived > 0 ? grown[VIOLATING]! / arrived : 0;
    pipeline.samples[at + 2] = answered > 0 ? grown[LATENCY]! / answered : Number.NaN;
  }
}

const grown = new Float64Array(ENTRY_FIELDS);

/** Writes what can be seen now. */
export function readEntry(pipeline: Pipeline, nowTick: Float64Array, readings: Readings): void {
  const { entryArrivalsPerS, entryViolatingShare, entryLatencyMs } = readings;
  for (let e = 0; e < pipeline.targets; e++) {
    const slot = visibleSlot(pipeline, e, nowTick[e]!);
    const isSeen = slot >= 0;
    const at = isSeen ? sampleAt(pipeline, e, slot) : 0;
    entryArrivalsPerS[e] = isSeen ? pipeline.samples[at]! : Number.NaN;
    entryViolatingShare[e] = isSeen ? pipeline.samples[at + 1]! : Number.NaN;
    entryLatencyMs[e] = isSeen ? pipeline.samples[at + 2]! : Number.NaN;
  }
}
