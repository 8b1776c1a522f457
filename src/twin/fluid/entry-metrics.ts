import type { Readings } from "../../control/readings/readings.ts";
import type { EntryState } from "./entry.ts";
import { type Pipeline, growth, putSample, sampleOf, scrapeTarget, visibleSlot, windowTicks } from "./pipeline.ts";

/** Counters at the entry: fields of its pipeline. */
const ARRIVED = 0;
const VIOLATING = 1;
const ANSWERED = 2;
const LATENCY = 3;
export const ENTRY_FIELDS = 4;

/** Adds the last tick to the counters. */
export function countEntry({ counters, targets }: Pipeline, entry: EntryState): void {
  const { arrived, violatingShare, ok, meanMs } = entry;
  for (let e = 0; e < targets; e++) {
    const answered = arrived[e]! * ok[e]!;
    counters[ARRIVED * targets + e]! += arrived[e]!;
    counters[VIOLATING * targets + e]! += arrived[e]! * violatingShare[e]!;
    counters[ANSWERED * targets + e]! += answered;
    counters[LATENCY * targets + e]! += answered * meanMs[e]!;
  }
}

/** Scrapes every entry that is due. */
export function scrapeEntry(pipeline: Pipeline, tickMs: number, nowTick: Float64Array): void {
  for (let e = 0; e < pipeline.targets; e++) {
    if (pipeline.nextTick[e]! > nowTick[e]!) continue;
    scrapeTarget(pipeline, e, nowTick[e]!);
    const arrived = growth(pipeline, e, ARRIVED);
    const answered = growth(pipeline, e, ANSWERED);
    putSample(pipeline, e, 0, (arrived * 1_000) / (windowTicks(pipeline, e) * tickMs));
    putSample(pipeline, e, 1, arrived > 0 ? growth(pipeline, e, VIOLATING) / arrived : 0);
    putSample(pipeline, e, 2, answered > 0 ? growth(pipeline, e, LATENCY) / answered : Number.NaN);
  }
}

/** Writes what can be seen now. */
export function readEntry(pipeline: Pipeline, nowTick: Float64Array, readings: Readings): void {
  const { entryArrivalsPerS, entryViolatingShare, entryLatencyMs } = readings;
  for (let e = 0; e < pipeline.targets; e++) {
    const slot = visibleSlot(pipeline, e, nowTick[e]!);
    const isSeen = slot >= 0;
    entryArrivalsPerS[e] = isSeen ? sampleOf(pipeline, e, 0, slot) : Number.NaN;
    entryViolatingShare[e] = isSeen ? sampleOf(pipeline, e, 1, slot) : Number.NaN;
    entryLatencyMs[e] = isSeen ? sampleOf(pipeline, e, 2, slot) : Number.NaN;
  }
}
