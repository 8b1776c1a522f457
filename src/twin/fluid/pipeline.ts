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
 * ago becomes a sample, which is seen after a lag. Matrices are [fields][targets]; rings [slots][fields][targets].
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

export function createPipeline(targets: number, fields: number, ticks: PipelineTicks): Pipeline {
  const depth = snapshotSlots(ticks);
  const kept = sampleSlots(ticks);
  return {
    targets,
    fields,
    ticks,
    counters: new Float64Array(fields * targets),
    snapshots: new Float64Array(depth * fields * targets),
    snapshotTick: new Float64Array(depth * targets),
    samples: new Float64Array(kept * fields * targets),
    sampleTick: new Float64Array(kept * targets),
    count: new Int32Array(targets),
    nextTick: new Float64Array(targets).fill(Infinity),
  };
}

function snapshotSlots({ scrapesPerWindow }: PipelineTicks): number {
  return scrapesPerWindow + 1;
}

/** As many as may be on their way, and one to be seen. */
function sampleSlots({ lag, period }: PipelineTicks): number {
  return Math.ceil(lag / period) + 1;
}

/** Forgets a target; its first scrape is at `firstTick`, 1 … period. The counters' zero counts as scrape 0. */
export function resetTarget(pipeline: Pipeline, target: number, firstTick: number): void {
  const { fields, targets, counters, snapshots, snapshotTick, count, nextTick } = pipeline;
  for (let field = 0; field < fields; field++) {
    counters[field * targets + target] = 0;
    snapshots[field * targets + target] = 0;
  }
  snapshotTick[target] = 0;
  count[target] = 0;
  nextTick[target] = firstTick;
}

/** Scrapes a target now. Afterwards {@link growth} is over the window that ends here. */
export function scrapeTarget(pipeline: Pipeline, target: number, nowTick: number): void {
  const { fields, targets, counters, snapshots, snapshotTick, sampleTick, count, nextTick, ticks } = pipeline;
  const scrape = ++count[target]!;
  const slot = scrape % snapshotSlots(ticks);
  for (let field = 0; field < fields; field++)
    snapshots[(slot * fields + field) * targets + target] = counters[field * targets + target]!;
  snapshotTick[slot * targets + target] = nowTick;
  sampleTick[(scrape % sampleSlots(ticks)) * targets + target] = nowTick;
  nextTick[target] = nowTick + ticks.period;
}

function windowStartSlot({ count, ticks }: Pipeline, target: number): number {
  return Math.max(0, count[target]! - ticks.scrapesPerWindow) % snapshotSlots(ticks);
}

/** Growth of a counter over the window that ended with the newest scrape. */
export function growth(pipeline: Pipeline, target: number, field: number): number {
  const { fields, targets, counters, snapshots } = pipeline;
  const slot = windowStartSlot(pipeline, target);
  return counters[field * targets + target]! - snapshots[(slot * fields + field) * targets + target]!;
}

/** Length of that window, ticks. */
export function windowTicks(pipeline: Pipeline, target: number): number {
  return (
    pipeline.sampleTick[newestSlot(pipeline, target) * pipeline.targets + target]! -
    pipeline.snapshotTick[windowStartSlot(pipeline, target) * pipeline.targets + target]!
  );
}

function newestSlot({ count, ticks }: Pipeline, target: number): number {
  return count[target]! % sampleSlots(ticks);
}

/** Keeps a value of the newest scrape's sample. */
export function putSample(pipeline: Pipeline, target: number, field: number, value: number): void {
  const { fields, targets, samples } = pipeline;
  samples[(newestSlot(pipeline, target) * fields + field) * targets + target] = value;
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

export function sampleOf({ fields, targets, samples }: Pipeline, target: number, field: number, slot: number): number {
  return samples[(slot * fields + field) * targets + target]!;
}
