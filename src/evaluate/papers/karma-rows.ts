import { violatingShare } from "../../control/loop/outcome.ts";
import type { Rng } from "../../core/rng.ts";
import { type Estimate, meanOf } from "../../core/statistics.ts";
import { minutesPerDay } from "../../core/units.ts";
import type { Played } from "../played.ts";
import { type Strata, meanOfStrata, stratifiedBootstrap } from "../statistics.ts";
import { type KarmaCase, type KarmaFamily, karmaFamilies } from "./karma-cases.ts";

/** One system over all cases: [seeds] each. */
export type PlayedCase = Pick<KarmaCase, "family" | "intensity"> & { readonly plays: readonly Played[] };

/** KARMA's table: shares in [0, 1], 95 % bootstrap intervals over seeds; NaN where there are none. */
export type KarmaRow = {
  readonly system: string;
  /** Means of the five families, each the mean of its intensities. */
  readonly success: Estimate;
  readonly latencyOk: Estimate;
  readonly pending: Estimate;
  /** Of DDoS. */
  readonly recoveryS: Estimate;
  readonly availability: Estimate;
  /** Of mixed: KARMA's reward over sync periods. */
  readonly rewardSd: Estimate;
  readonly meanPods: Estimate;
  readonly cases: readonly CaseRow[];
};

export type CaseRow = Pick<KarmaCase, "family" | "intensity"> & { readonly success: Estimate };

const success = (played: Played): number => 1 - violatingShare(played);

/** @param timeScale  of the clock that was played on */
export function karmaRow(system: string, cases: readonly PlayedCase[], timeScale: number, rng: Rng): KarmaRow {
  const everywhere = (of: (played: Played) => number): Estimate => familyMean(cases, of, rng.split("all"));
  const within = (family: KarmaFamily, of: (played: Played) => number): Estimate =>
    familyMean(
      cases.filter((one) => one.family === family),
      of,
      rng.split(family),
    );
  return {
    system,
    success: everywhere(success),
    latencyOk: everywhere(({ slowMinutesPerDay }) => 1 - slowMinutesPerDay / minutesPerDay),
    pending: everywhere(({ pendingRequestShare }) => pendingRequestShare),
    recoveryS: within("ddos", ({ recoveryS }) => recoveryS),
    availability: within("ddos", ({ failed, requests }) => 1 - failed / Math.max(1, requests)),
    rewardSd: within("mixed", ({ karmaRewardSd }) => karmaRewardSd),
    meanPods: everywhere(({ podSeconds, lengthS }) => (podSeconds * timeScale) / lengthS),
    cases: cases.map(({ family, intensity, plays }) => ({
      family,
      intensity,
      success: stratifiedBootstrap([plays.map(success)], meanOfStrata, rng.split(`${family} ${intensity}`)),
    })),
  };
}

/**
 * A row of all trainings of a system, of which there is one at least, [trainings][cases]. With several there are no
 * intervals: plays of one training are alike, and one over all of them as if they were independent would be too narrow.
 */
export function trainedRow(
  system: string,
  trainings: readonly (readonly PlayedCase[])[],
  timeScale: number,
  rng: Rng,
): KarmaRow {
  const cases = trainings[0]!.map(({ family, intensity }, at) => ({
    family,
    intensity,
    plays: trainings.flatMap((training) => training[at]!.plays),
  }));
  const row = karmaRow(system, cases, timeScale, rng);
  return trainings.length > 1 ? withoutIntervals(row) : row;
}

function withoutIntervals(row: KarmaRow): KarmaRow {
  return {
    ...row,
    success: meanAlone(row.success),
    latencyOk: meanAlone(row.latencyOk),
    pending: meanAlone(row.pending),
    recoveryS: meanAlone(row.recoveryS),
    availability: meanAlone(row.availability),
    rewardSd: meanAlone(row.rewardSd),
    meanPods: meanAlone(row.meanPods),
    cases: row.cases.map((one) => ({ ...one, success: meanAlone(one.success) })),
  };
}

function meanAlone({ mean }: Estimate): Estimate {
  return { mean, low: Number.NaN, high: Number.NaN };
}

/** Mean of the families' means, each of its cases' means; a case in which no play has the figure does not count. */
function familyMean(cases: readonly PlayedCase[], of: (played: Played) => number, rng: Rng): Estimate {
  const known = cases
    .map(({ family, plays }) => ({ family, values: plays.map(of).filter((value) => !Number.isNaN(value)) }))
    .filter(({ values }) => values.length > 0);
  const statistic = (strata: Strata): number =>
    meanOf(
      karmaFamilies.flatMap((family) => {
        const means = strata.filter((_, index) => known[index]!.family === family).map(meanOf);
        return means.length === 0 ? [] : [meanOf(means)];
      }),
    );
  return stratifiedBootstrap(
    known.map(({ values }) => values),
    statistic,
    rng,
  );
}
