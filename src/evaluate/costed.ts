import { type Outcome, violatingShare } from "../control/loop/outcome.ts";
import type { CostPoint } from "./frontier.ts";
import { meanOfStrata, type Strata } from "./statistics.ts";

/** One play as frontiers and equal costs see it. */
export type CostedPlay = CostPoint & { readonly requests: number };

/** What costs are made of: a play of its length. */
type Timed = Outcome & { readonly lengthS: number };

/**
 * The cost of a play is its mean number of replicas, each counted by its CPU limit / the declared one, so that a long scenario counts no more than a short one.
 *
 * @param timeScale  of the clock that was played on
 */
export function costedPlays(strata: Strata<Timed>, timeScale: number): CostedPlay[][] {
  return strata.map((plays) =>
    plays.map((play) => ({
      cost: (play.sizedPodSeconds * timeScale) / play.lengthS,
      violatingShare: violatingShare(play),
      requests: play.requests,
    })),
  );
}

/** Means over the strata's means: each scenario counts the same. */
export function costPointOf(strata: Strata<CostPoint>): CostPoint {
  return {
    cost: meanOfStrata(strata.map((plays) => plays.map(({ cost }) => cost))),
    violatingShare: meanOfStrata(strata.map((plays) => plays.map((play) => play.violatingShare))),
  };
}
