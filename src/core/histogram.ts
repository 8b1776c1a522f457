/**
 * A latency histogram with buckets that grow by 2 %: quantiles are exact to 1 %, from 0.05 ms to about 30 min.
 * Counts may be fractions, so that a fluid model can add expected requests.
 */
export type Histogram = {
  /** [buckets] */
  readonly counts: Float64Array;
};

const LOWEST_MS = 0.05;
const LOG_GROWTH = Math.log(1.02);
const BUCKETS = 880;

export function createHistogram(): Histogram {
  return { counts: new Float64Array(BUCKETS) };
}

export function bucketOf(ms: number): number {
  if (!(ms > LOWEST_MS)) return 0;
  return Math.min(BUCKETS - 1, Math.floor(Math.log(ms / LOWEST_MS) / LOG_GROWTH));
}

/** Geometric middle of a bucket, ms. */
export function bucketMs(bucket: number): number {
  return LOWEST_MS * Math.exp((bucket + 0.5) * LOG_GROWTH);
}

export function record(histogram: Histogram, ms: number, count = 1): void {
  const bucket = bucketOf(ms);
  histogram.counts[bucket] = histogram.counts[bucket]! + count;
}

export function totalOf(histogram: Histogram): number {
  let total = 0;
  for (const count of histogram.counts) total += count;
  return total;
}

/** The q-quantile in ms, q in [0, 1]; NaN when empty. */
export function quantileOf(histogram: Histogram, q: number): number {
  const total = totalOf(histogram);
  if (total === 0) return Number.NaN;
  let below = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    below += histogram.counts[bucket]!;
    if (below >= q * total && below > 0) return bucketMs(bucket);
  }
  return bucketMs(BUCKETS - 1);
}
