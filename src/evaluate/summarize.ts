import { type Outcome, violatingShare } from "../control/loop/outcome.ts";
import type { Rng } from "../core/rng.ts";
import type { Estimate } from "../core/statistics.ts";
import { standardDeviation } from "./karma-reward.ts";
import { type MeasureName, measuresAt } from "./measures.ts";
import type { Played } from "./played.ts";
import { interquartileMean, meanOfStrata, type Strata, stratifiedBootstrap } from "./statistics.ts";

/** One autoscaler over all seeds: means of the scenarios' means, with 95 % intervals of seeds drawn inside each. */
export type SummaryRow = {
  readonly autoscaler: string;
  readonly seeds: number;
  readonly requests: Estimate;
  readonly violatingShare: Estimate;
  readonly p50Ms: Estimate;
  readonly p95Ms: Estimate;
  readonly p99Ms: Estimate;
  readonly podSeconds: Estimate;
  readonly sizeChanges: Estimate;
};

/** @param strata  [scenarios][seeds] */
export function summarize(autoscaler: string, strata: Strata<Outcome>, rng: Rng): SummaryRow {
  const estimate = (name: string, of: (outcome: Outcome) => number): Estimate => {
    const values = strata.map((outcomes) => outcomes.map(of));
    return stratifiedBootstrap(values, meanOfStrata, rng.split(name));
  };
  return {
    autoscaler,
    seeds: strata.flat().length,
    requests: estimate("requests", ({ requests }) => requests),
    violatingShare: estimate("violatingShare", violatingShare),
    p50Ms: estimate("p50Ms", ({ p50Ms }) => p50Ms),
    p95Ms: estimate("p95Ms", ({ p95Ms }) => p95Ms),
    p99Ms: estimate("p99Ms", ({ p99Ms }) => p99Ms),
    podSeconds: estimate("podSeconds", ({ podSeconds }) => podSeconds),
    sizeChanges: estimate("sizeChanges", ({ sizeChanges }) => sizeChanges),
  };
}

/** A measure over seeds. `mean` is of the strata's means; the interval is a stratified bootstrap's. */
export type MeasureEstimate = Estimate & {
  /** Interquartile mean over all seeds. */
  readonly iqm: number;
  /** Standard deviation over all seeds. */
  readonly sd: number;
};

export type MeasureEstimates = { readonly [name in MeasureName]: MeasureEstimate };

/** Every measure of one autoscaler: [scenarios][seeds]. NaN where no play has the figure. */
export function estimateMeasures(strata: Strata<Played>, timeScale: number, rng: Rng): MeasureEstimates {
  const entries = measuresAt(timeScale).map(({ name, of }) => {
    const values = knownStrata(strata.map((plays) => plays.map(of)));
    if (values.length === 0) return [name, unknownMeasure];
    const estimate = stratifiedBootstrap(values, meanOfStrata, rng.split(name));
    return [name, { ...estimate, iqm: interquartileMean(values), sd: standardDeviation(values.flat()) }];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry per measure
  return Object.fromEntries(entries) as MeasureEstimates;
}

/** Of a measure that nobody knows. */
export const unknownMeasure: MeasureEstimate = {
  mean: Number.NaN,
  low: Number.NaN,
  high: Number.NaN,
  iqm: Number.NaN,
  sd: Number.NaN,
};

/** A scenario without a fault has no recovery: it does not count. */
function knownStrata(strata: Strata): number[][] {
  return strata.map((values) => values.filter((value) => !Number.isNaN(value))).filter((values) => values.length > 0);
}
