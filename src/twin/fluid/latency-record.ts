import { type Histogram, bucketMs, bucketOf, createHistogram } from "../../core/histogram.ts";
import type { EntryState } from "./entry.ts";
import { normalUpperTail } from "./normal-tail.ts";

const logGrowth = Math.log(bucketMs(1) / bucketMs(0));
const logFirst = Math.log(bucketMs(0));

/** Standard deviations (of the logarithm) on each side that are spread over the buckets. */
const REACH = 4.5;

/** Standard deviations of the logarithm are kept in steps of this. */
const SPREAD_STEP = 0.02;
const SPREADS = 150;

/**
 * Answered requests by the lognormal that their tick held them for: its middle in steps of a bucket, its spread in
 * steps of .02. Spreading a tick over a hundred buckets costs more than the tick; here it is done once, at the end.
 */
export type LatencyRecord = {
  /** Weights: [spreads][buckets]. */
  readonly weights: Float64Array;
};

const buckets = createHistogram().counts.length;

export function createLatencyRecord(): LatencyRecord {
  return { weights: new Float64Array(SPREADS * buckets) };
}

/** Adds the answered requests of the last tick. */
export function recordLatency({ weights }: LatencyRecord, entry: EntryState): void {
  const answered = entry.arrived[0]! * entry.ok[0]!;
  const mean = entry.meanMs[0]!;
  if (!(answered > 0 && mean > 0)) return;
  const logVariance = Math.log1p(entry.variance[0]! / (mean * mean));
  const spread = Math.min(SPREADS - 1, Math.round(Math.sqrt(logVariance) / SPREAD_STEP));
  // Between the middles of two buckets, so that means keep their digits.
  const place = Math.max(0, Math.min(buckets - 2, (Math.log(mean) - logVariance / 2 - logFirst) / logGrowth));
  const bucket = Math.floor(place);
  const row = spread * buckets;
  weights[row + bucket]! += answered * (bucket + 1 - place);
  weights[row + bucket + 1]! += answered * (place - bucket);
}

/** The histogram of all that was added. */
export function latencyHistogram({ weights }: LatencyRecord): Histogram {
  const histogram = createHistogram();
  for (let spread = 0; spread < SPREADS; spread++) {
    for (let bucket = 0; bucket < buckets; bucket++) {
      const weight = weights[spread * buckets + bucket]!;
      if (weight > 0) addLognormal(histogram, bucket, Math.max(1e-6, spread * SPREAD_STEP), weight);
    }
  }
  return histogram;
}

function addLognormal({ counts }: Histogram, middleBucket: number, spread: number, weight: number): void {
  const middle = Math.log(bucketMs(middleBucket));
  const first = bucketOf(Math.exp(middle - REACH * spread));
  const last = bucketOf(Math.exp(middle + REACH * spread));
  const perBucket = logGrowth / spread;
  let z = (Math.log(bucketMs(first)) + logGrowth / 2 - middle) / spread;
  let above = 1;
  for (let bucket = first; bucket < last; bucket++, z += perBucket) {
    const next = normalUpperTail(z);
    counts[bucket]! += weight * (above - next);
    above = next;
  }
  counts[last]! += weight * above;
}
