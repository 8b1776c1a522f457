import type { Rng } from "../core/rng.ts";
import type { Estimate } from "../core/statistics.ts";
import { type CostedPlay, costPointOf } from "./costed.ts";
import { type Trial, atCostRatioOne, searchKnob, sharesOf } from "./equal-cost-search.ts";
import { meanOfStrata, type Strata } from "./statistics.ts";
import { comparePaired } from "./statistics-paired.ts";

/** How an opponent fares when it spends as much as ours. */
export type EqualCostRow = {
  readonly opponent: string;
  /** The knob at which the opponent's mean replicas equal ours, or come closest where they never do. */
  readonly knob: number;
  /** Opponent's mean replicas / ours at this knob: 1 when the costs are equal. */
  readonly costRatio: number;
  /** The costs are equal to a hundredth. Where they are not, the figures below are of two different costs. */
  readonly isReached: boolean;
  /** Cost ratios that were played and that the figures are taken from: one, or the two to either side of 1. */
  readonly playedCostRatios: readonly number[];
  readonly oursViolatingShare: number;
  readonly opponentViolatingShare: number;
  /** Opponent's violating share - ours, paired by seed; clear of zero when `low > 0` (ours better) or `high < 0`. */
  readonly difference: Estimate;
  /** Sign-flip test of the differences, two-sided, not corrected for the number of opponents. */
  readonly pValue: number;
};

/**
 * Plays the opponent over the same scenarios and seeds with its cost turned up or down by `knob`; more knob, more pods:
 * [scenarios][seeds].
 */
export type KnobPlay = (knob: number) => Promise<Strata<CostedPlay>>;

/** Largest distance of the cost ratio from 1 at which two costs are called equal. */
const reachedWithin = 0.01;

/**
 * Turns the opponent's knob until its mean replicas equal ours, then compares violations seed by seed. Every scenario
 * counts the same, in costs and in violations.
 *
 * @param ours  [scenarios][seeds]
 * @param knobs  lowest and highest setting; the first try is their geometric mean
 */
export async function compareAtEqualCost(
  opponent: string,
  ours: Strata<CostedPlay>,
  play: KnobPlay,
  knobs: readonly [number, number],
  rng: Rng,
): Promise<EqualCostRow> {
  const target = costPointOf(ours).cost;
  const playTrial = async (knob: number): Promise<Trial> => {
    const strata = await play(knob);
    return { knob, costRatio: costPointOf(strata).cost / target, strata };
  };
  const { knob, costRatio, shares, played } = atCostRatioOne(await searchKnob(playTrial, knobs));
  const oursShares = sharesOf(ours);
  const { difference, p } = comparePaired(oursShares, shares, rng);
  return {
    opponent,
    knob,
    costRatio,
    isReached: Math.abs(costRatio - 1) <= reachedWithin,
    playedCostRatios: played.map((trial) => trial.costRatio),
    oursViolatingShare: meanOfStrata(oursShares),
    opponentViolatingShare: meanOfStrata(shares),
    difference,
    pValue: p,
  };
}
