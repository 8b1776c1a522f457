import type { Readings } from "../../control/readings/readings.ts";
import { type CountNoise, SHARED_WAIT, countArrivals } from "./count-noise.ts";
import type { EntryState } from "./entry.ts";
import {
  type Pipeline,
  lastScrape,
  newestSample,
  sampleAt,
  scrapeTarget,
  visibleSlot,
  windowGrowth,
} from "./pipeline.ts";

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

/** What scraping entries takes. */
export type EntryScrape = {
  readonly pipeline: Pipeline;
  readonly entry: EntryState;
  readonly tickMs: number;
  /** Undefined: nothing is counted, the fluid is shown as it is. */
  readonly counts: CountNoise | undefined;
};

/** Scrapes every entry that is due. */
export function scrapeEntry(scrape: EntryScrape, nowTick: Float64Array): void {
  const { pipeline, tickMs, counts } = scrape;
  for (let e = 0; e < pipeline.targets; e++) {
    if (pipeline.nextTick[e]! > nowTick[e]!) continue;
    if (counts !== undefined) addEntryNoise(counts, scrape, e);
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

/** Makes the growth since the last scrape a count: so many came, so many of them violated, each took its own time. */
function addEntryNoise(noise: CountNoise, { pipeline, entry }: EntryScrape, e: number): void {
  countArrivals(noise, e);
  const { surplus, seenAtEntry, rngs } = noise;
  const { counters, targets } = pipeline;
  const grew = (field: number): number => counters[field * targets + e]! - lastScrape(pipeline, e, field);
  const expected = grew(ARRIVED);
  const more = Math.max(-expected, surplus[e]! - seenAtEntry[e]!);
  seenAtEntry[e] = surplus[e]!;
  if (expected <= 0) return;
  const factor = 1 + more / expected;
  const violating = grew(VIOLATING) * factor;
  const share = Math.min(1, grew(VIOLATING) / expected);
  const counted = violating + Math.sqrt(violating * (1 - share)) * rngs[e]!.normal();
  const answered = grew(ANSWERED) * factor;
  const latency = grew(LATENCY) * factor + Math.sqrt(SHARED_WAIT * answered * entry.variance[e]!) * rngs[e]!.normal();
  counters[ARRIVED * targets + e]! += more;
  counters[VIOLATING * targets + e]! += Math.min(expected + more, Math.max(0, counted)) - grew(VIOLATING);
  counters[LATENCY * targets + e]! += Math.max(0, latency) - grew(LATENCY);
  counters[ANSWERED * targets + e]! += answered - grew(ANSWERED);
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
