import { type Arena, createHeapArena } from "./arena.ts";

/** Periods of a metrics pipeline in ticks of the twin. */
export type PipelineTicks = {
  /** Between two scrapes of a target, whole. */
  readonly period: number;
  /** How many scrapes back an average reaches, whole, >= 1. */
  readonly scrapesPerWindow: number;
  /** From a scrape until its sample can be read. */
  readonly lag: number;
};

/**
 * A metrics pipeline for many targets: counters that only grow are scraped once a period; the growth since a window
 * ago becomes a sample, which is seen after a lag. Counters are [fields][targets], because every tick adds to all of
 * them; rings are [slots][targets][fields], because a scrape is of one target.
 */
export type Pipeline = {
  readonly targets: number;
  readonly fields: number;
  readonly ticks: PipelineTicks;
  readonly counters: Float64Array;
  /** Ring of counters at the scrapes. */
  readonly snapshots: Float64Array;
  /** [slots][targets] */
  readonly snapshotTick: Float64Array;
  /** Ring of samples. */
  readonly samples: Float64Array;
  /** [slots][targets] */
  readonly sampleTick: Float64Array;
  /** Scrapes so far, and the tick of the next: [targets]. */
  readonly count: Int32Array;
  readonly nextTick: Float64Array;
};

export function createPipeline(
  targets: number,
  fields: number,
  ticks: PipelineTicks,
  arena: Arena = createHeapArena(),
): Pipeline {
  const depth = snapshotSlots(ticks);
  const kept = sampleSlots(ticks);
  return {
    targets,
    fields,
    ticks,
    counters: arena.float64(fields * targets),
    snapshots: arena.float64(depth * fields * targets),
    snapshotTick: arena.float64(depth * targets),
    samples: arena.float64(kept * fields * targets),
    sampleTick: arena.float64(kept * targets),
    count: arena.int32(targets),
    nextTick: arena.float64(targets).fill(Infinity),
  };
}

export function snapshotSlots({ scrapesPerWindow }: PipelineTicks): number {
  return scrapesPerWindow + 1;
}

/** As many as may be on their way, and one to be seen. */
export function sampleSlots({ lag, period }: PipelineTicks): number {
  return Math.ceil(lag / period) + 1;
}

/** Forgets a target; its first scrape is at `firstTick`, 1 … period. The counters' zero counts as scrape 0. */
export function resetTarget(pipeline: Pipeline, target: number, firstTick: number): void {
  const { fields, targets, counters, snapshots, snapshotTick, count, nextTick } = pipeline;
  for (let field = 0; field < fields; field++) {
    counters[field * targets + target] = 0;
    snapshots[target * fields + field] = 0;
  }
  snapshotTick[target] = 0;
  count[target] = 0;
  nextTick[target] = firstTick;
}

/** The next scrape is the first of its phase that is not before `untilTick`. */
export function delayScrapes({ nextTick, ticks }: Pipeline, target: number, untilTick: number): void {
  const periods = Math.ceil((untilTick - nextTick[target]!) / ticks.period);
  if (periods > 0) nextTick[target]! += periods * ticks.period;
}

/** The next scrape is the first of its phase that is still to come. */
export function hastenScrapes({ nextTick, ticks }: Pipeline, target: number, nowTick: number): void {
  const periods = Math.floor((nextTick[target]! - nowTick - 1) / ticks.period);
  if (periods > 0) nextTick[target]! -= periods * ticks.period;
}

/** Scrapes a target now: its counters stand in the newest snapshot. */
export function scrapeTarget(pipeline: Pipeline, target: number, nowTick: number): void {
  const { fields, targets, counters, snapshots, snapshotTick, sampleTick, count, nextTick, ticks } = pipeline;
  const scrape = ++count[target]!;
  const slot = (scrape % snapshotSlots(ticks)) * targets + target;
  for (let field = 0; field < fields; field++) snapshots[slot * fields + field] = counters[field * targets + target]!;
  snapshotTick[slot] = nowTick;
  sampleTick[(scrape % sampleSlots(ticks)) * targets + target] = nowTick;
  nextTick[target] = nowTick + ticks.period;
}

/** What a counter was at the newest scrape; 0 before the first. */
export function lastScrape(
  { fields, targets, snapshots, count, ticks }: Pipeline,
  target: number,
  field: number,
): number {
  return snapshots[((count[target]! % snapshotSlots(ticks)) * targets + target) * fields + field]!;
}

/** Where the newest snapshot of a target stands in `snapshots`: `fields` values from here; zeros before the first scrape. */
export function newestSnapshot({ fields, targets, count, ticks }: Pipeline, target: number): number {
  return ((count[target]! % snapshotSlots(ticks)) * targets + target) * fields;
}

/** Growth of every counter over the window that ended with the newest scrape, into `into`: [fields]; ticks it took. */
export function windowGrowth(pipeline: Pipeline, target: number, into: Float64Array): number {
  const { fields, targets, snapshots, snapshotTick, count, ticks } = pipeline;
  const scrape = count[target]!;
  const slots = snapshotSlots(ticks);
  const end = (scrape % slots) * targets + target;
  const start = (Math.max(0, scrape - ticks.scrapesPerWindow) % slots) * targets + target;
  for (let field = 0; field < fields; field++)
    into[field] = snapshots[end * fields + field]! - snapshots[start * fields + field]!;
  return snapshotTick[end]! - snapshotTick[start]!;
}

/** Where the sample of the newest scrape stands in `samples`: `fields` values from here. */
export function newestSample({ fields, targets, count, ticks }: Pipeline, target: number): number {
  return ((count[target]! % sampleSlots(ticks)) * targets + target) * fields;
}

/** Slot of the newest sample that can be read; -1 = none yet. */
export function visibleSlot({ targets, ticks, sampleTick, count }: Pipeline, target: number, nowTick: number): number {
  const slots = sampleSlots(ticks);
  const newest = count[target]!;
  const oldest = Math.max(1, newest - slots + 1);
  for (let scrape = newest; scrape >= oldest; scrape--) {
    const slot = scrape % slots;
    if (sampleTick[slot * targets + target]! + ticks.lag <= nowTick) return slot;
  }
  return -1;
}

/** Where the sample of a slot stands in `samples`. */
export function sampleAt({ fields, targets }: Pipeline, target: number, slot: number): number {
  return (slot * targets + target) * fields;
}
