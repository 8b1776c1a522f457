import type { Rng } from "../core/rng.ts";
import { type Estimate, meanOf, quantileOfSample } from "../core/statistics.ts";

/** One value per seed in each stratum (calm and bursty traffic, a scenario each): [strata][seeds]. */
export type Strata<Value = number> = readonly (readonly Value[])[];

export type BootstrapOptions = {
  readonly resamples?: number;
  /** Share of resamples that the interval holds, (0, 1). */
  readonly level?: number;
};

/**
 * A statistic with its percentile-bootstrap interval, seeds drawn with replacement inside each stratum, so that every
 * resample keeps the mix of strata. `mean` is the statistic of the values as they are.
 *
 * @source Agarwal et al., Deep Reinforcement Learning at the Edge of the Statistical Precipice (NeurIPS 2021), 4.1
 */
export function stratifiedBootstrap<Value>(
  strata: Strata<Value>,
  statistic: (strata: Strata<Value>) => number,
  rng: Rng,
  { resamples = 2_000, level = 0.95 }: BootstrapOptions = {},
): Estimate {
  const drawn: number[] = [];
  for (let r = 0; r < resamples; r++) {
    drawn.push(statistic(strata.map((values) => values.map(() => values[rng.integer(values.length)]!))));
  }
  return {
    mean: statistic(strata),
    low: quantileOfSample(drawn, (1 - level) / 2),
    high: quantileOfSample(drawn, (1 + level) / 2),
  };
}

/** Mean of the strata's means: each counts the same, however many seeds it has. */
export function meanOfStrata(strata: Strata): number {
  return meanOf(strata.map(meanOf));
}

/**
 * Interquartile mean: the mean of what is left when the lowest and the highest quarter of all values are cut off, whole
 * values only. Less moved by a lucky seed than the mean, and more certain than the median.
 *
 * @source Agarwal et al. (2021), 4.3; rounding as in SciPy's trim_mean, which rliable calls
 */
export function interquartileMean(strata: Strata): number {
  const sorted = strata.flat().toSorted((a, b) => a - b);
  const cut = Math.trunc(sorted.length / 4);
  return meanOf(sorted.slice(cut, sorted.length - cut));
}

/** Which of two values is the better one. */
export type Better = "lower" | "higher";

/**
 * Probability that a run of ours is better than a run of theirs, any seed against any, ties counted half; the mean over
 * strata. 0.5 = no difference.
 *
 * @source Agarwal et al. (2021), 4.3: Mann-Whitney's U / (runs of ours x runs of theirs), averaged over tasks
 */
export function probabilityOfImprovement(ours: Strata, theirs: Strata, better: Better = "lower"): number {
  return meanOf(ours.map((values, stratum) => shareWon(values, theirs[stratum]!, better)));
}

function shareWon(ours: readonly number[], theirs: readonly number[], better: Better): number {
  let won = 0;
  for (const one of ours) {
    for (const other of theirs) {
      if (one === other) won += 0.5;
      else if (one < other === (better === "lower")) won++;
    }
  }
  return won / (ours.length * theirs.length);
}
