import { type Outcome, violatingShare } from "../control/loop/outcome.ts";
import type { Rng } from "../core/rng.ts";
import { type Estimate, meanOf } from "../core/statistics.ts";
import { type Trial, atCostRatioOne, searchKnob } from "./equal-cost-search.ts";
import { comparePaired } from "./statistics-paired.ts";

/** How an opponent fares when it spends as much as ours. */
export type EqualCostRow = {
  readonly opponent: string;
  /** The knob at which the opponent's mean pod-seconds equal ours, or come closest where they never do. */
  readonly knob: number;
  /** Opponent's mean pod-seconds / ours at this knob: 1 when the costs are equal. */
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

/** Plays the opponent over the same seeds with its cost turned up or down by `knob`; more knob, more pods. */
export type KnobPlay = (knob: number) => Promise<readonly Outcome[]>;

/** Largest distance of the cost ratio from 1 at which two costs are called equal. */
const reachedWithin = 0.01;

/**
 * Turns the opponent's knob until its mean pod-seconds equal ours, then compares violations seed by seed.
 *
 * @param knobs  lowest and highest setting; the first try is their geometric mean
 */
export async function compareAtEqualCost(
  opponent: string,
  ours: readonly Outcome[],
  play: KnobPlay,
  knobs: readonly [number, number],
  rng: Rng,
): Promise<EqualCostRow> {
  const target = meanOf(ours.map(({ podSeconds }) => podSeconds));
  const playTrial = async (knob: number): Promise<Trial> => {
    const outcomes = await play(knob);
    return { knob, costRatio: meanOf(outcomes.map(({ podSeconds }) => podSeconds)) / target, outcomes };
  };
  const { knob, costRatio, shares, played } = atCostRatioOne(await searchKnob(playTrial, knobs));
  const oursShares = ours.map(violatingShare);
  const { difference, p } = comparePaired([oursShares], [shares], rng);
  return {
    opponent,
    knob,
    costRatio,
    isReached: Math.abs(costRatio - 1) <= reachedWithin,
    playedCostRatios: played.map((trial) => trial.costRatio),
    oursViolatingShare: meanOf(oursShares),
    opponentViolatingShare: meanOf(shares),
    difference,
    pValue: p,
  };
}
