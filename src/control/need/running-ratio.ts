/** A running mean of ratios to a rate, for each cell. */
export type RunningRatio = {
  /** NaN until the first sample, or the prior: [cells]. */
  readonly values: Float64Array;
  /** Takes `amount / ratePerS` as a sample; unknown amounts and tiny rates teach nothing. */
  learn(cell: number, amount: number, ratePerS: number): void;
  /** Back to the prior. */
  forget(cell: number): void;
};

/** Below this rate a ratio to it is mostly noise and idle CPU, requests per second. */
const lowestRatePerS = 0.2;

/**
 * A plain mean while young, exponential once 1 / samples falls below `leastWeight`, so that early estimates do not hang
 * on the first sample. A prior counts as one sample.
 *
 * @param prior  [cells / environments]; NaN, not finite or left out = none
 */
export function createRunningRatio(
  cells: number,
  environments: number,
  leastWeight: number,
  prior: Float64Array | undefined,
): RunningRatio {
  const values = new Float64Array(cells);
  /** Samples taken, a prior counted as one: [cells]. */
  const samples = new Float64Array(cells);

  function learn(cell: number, amount: number, ratePerS: number): void {
    if (!(ratePerS >= lowestRatePerS) || !(amount >= 0)) return;
    const taken = samples[cell]!;
    const sample = amount / ratePerS;
    const weight = Math.max(leastWeight, 1 / (taken + 1));
    values[cell] = taken === 0 ? sample : values[cell]! + weight * (sample - values[cell]!);
    samples[cell] = taken + 1;
  }

  function forget(cell: number): void {
    const believed = prior?.[Math.floor(cell / environments)] ?? Number.NaN;
    const isKnown = Number.isFinite(believed);
    values[cell] = isKnown ? believed : Number.NaN;
    samples[cell] = isKnown ? 1 : 0;
  }

  for (let cell = 0; cell < cells; cell++) forget(cell);
  return { values, learn, forget };
}
