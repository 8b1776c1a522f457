import { type Histogram, totalOf } from "../../core/histogram.ts";

/** Largest difference between two distributions of latency, [0, 1]: Kolmogorov-Smirnov, on buckets of 2 %. */
export function latencyDistance(one: Histogram, other: Histogram): number {
  const totals = [totalOf(one), totalOf(other)] as const;
  if (totals[0] === 0 || totals[1] === 0) return Number.NaN;
  let largest = 0;
  let below = 0;
  for (const [bucket, count] of one.counts.entries()) {
    below += count / totals[0] - other.counts[bucket]! / totals[1];
    largest = Math.max(largest, Math.abs(below));
  }
  return largest;
}
