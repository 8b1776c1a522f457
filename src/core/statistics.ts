import type { Rng } from "./rng.ts";

/** From the first to the last: the same bytes for the same order. */
export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

/** NaN of no values. */
export function meanOf(values: ArrayLike<number>): number {
  return sumOf(values) / values.length;
}

/** Mean of those that are not NaN; NaN where all are. */
export function meanOfKnown(values: readonly number[]): number {
  return meanOf(values.filter((value) => !Number.isNaN(value)));
}

/** Linear-interpolated quantile (type 7) of unsorted values, q in [0, 1]. */
export function quantileOfSample(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const below = sorted[low] ?? Number.NaN;
  const above = sorted[Math.min(low + 1, sorted.length - 1)] ?? Number.NaN;
  return below + (above - below) * (at - low);
}

/** A mean with its 95 % interval. */
export type Estimate = { readonly mean: number; readonly low: number; readonly high: number };

/**
 * Mean with a 95 % percentile-bootstrap interval over the values (one per seed).
 *
 * @source Efron & Tibshirani, An Introduction to the Bootstrap (1993), ch. 13
 */
export function bootstrapMean(values: readonly number[], rng: Rng, resamples = 2_000): Estimate {
  const means: number[] = [];
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[rng.integer(values.length)]!;
    means.push(sum / values.length);
  }
  return { mean: meanOf(values), low: quantileOfSample(means, 0.025), high: quantileOfSample(means, 0.975) };
}
