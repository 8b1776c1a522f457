/** Pods of CPU per (request per second), learnt sample by sample; both columns [cells]. */
export type RunningDemand = {
  /** NaN until the first sample, or the prior. */
  readonly podsPerRate: Float64Array;
  /** Samples taken, a prior counted as one. */
  readonly samples: Float64Array;
};

/**
 * One sample into the mean of one cell: plain mean while young, exponential once 1 / samples falls below
 * `leastWeight`, so that early estimates do not hang on the first sample. Unknown or tiny rates teach nothing.
 */
export function learnFrom(
  demand: RunningDemand,
  cell: number,
  usedPods: number,
  ratePerS: number,
  leastWeight: number,
  lowestRatePerS: number,
): void {
  if (!(ratePerS >= lowestRatePerS) || !(usedPods >= 0)) return;
  const taken = demand.samples[cell]!;
  const sample = usedPods / ratePerS;
  const before = demand.podsPerRate[cell]!;
  const weight = Math.max(leastWeight, 1 / (taken + 1));
  demand.podsPerRate[cell] = taken === 0 ? sample : before + weight * (sample - before);
  demand.samples[cell] = taken + 1;
}
