import { violatingShare } from "../../control/loop/outcome.ts";
import type { Rng } from "../../core/rng.ts";
import { type Estimate, meanOf } from "../../core/statistics.ts";
import { minutesPerDay } from "../../core/units.ts";
import type { Played } from "../played.ts";
import { type Strata, meanOfStrata, stratifiedBootstrap } from "../statistics.ts";
import { type KarmaCase, type KarmaFamily, karmaFamilies } from "./karma-cases.ts";

/** One system over all cases: [seeds] each. */
export type PlayedCase = Pick<KarmaCase, "family" | "intensity"> & { readonly plays: readonly Played[] };

/** KARMA's table: shares in [0, 1], 95 % bootstrap intervals over seeds. */
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
