import { type Histogram, bucketMs, bucketOf } from "../../core/histogram.ts";
import type { EntryState } from "./entry.ts";
import { normalUpperTail } from "./normal-tail.ts";

const logGrowth = Math.log(bucketMs(1) / bucketMs(0));

/** Standard deviations (of the logarithm) on each side that are spread over the buckets. */
const REACH = 4.5;

/** Spreads the answered requests of the last tick over the histogram, as the lognormal that the twin holds them for. */
export function recordLatency(histogram: Histogram, entry: EntryState): void {
  const answered = entry.arrived[0]! * entry.ok[0]!;
  const mean = entry.meanMs[0]!;
  if (!(answered > 0 && mean > 0)) return;
  const logVariance = Math.log1p(entry.variance[0]! / (mean * mean));
  const spread = Math.max(1e-6, Math.sqrt(logVariance));
  const middle = Math.log(mean) - logVariance / 2;
  const first = bucketOf(Math.exp(middle - REACH * spread));
  const last = bucketOf(Math.exp(middle + REACH * spread));
  const perBucket = logGrowth / spread;
  let z = (Math.log(bucketMs(first)) + logGrowth / 2 - middle) / spread;
  let above = 1;
  for (let bucket = first; bucket < last; bucket++, z += perBucket) {
    const next = normalUpperTail(z);
    histogram.counts[bucket]! += answered * (above - next);
    above = next;
  }
  histogram.counts[last]! += answered * above;
}
