import { type Outcome, violatingShare } from "../control/loop/outcome.ts";
import type { Rng } from "../core/rng.ts";
import { bootstrapMean, type Estimate, meanOf } from "../core/statistics.ts";

/** How an opponent fares when it spends as much as ours. */
export type EqualCostRow = {
  readonly opponent: string;
  /** The knob at which the opponent's mean pod-seconds come closest to ours. */
  readonly knob: number;
  /** Opponent's mean pod-seconds / ours: 1 when the costs are equal. */
  readonly costRatio: number;
  readonly oursViolatingShare: number;
  readonly opponentViolatingShare: number;
  /** Opponent's violating share - ours, paired by seed; clear of zero when `low > 0` (ours better) or `high < 0`. */
  readonly difference: Estimate;
};

/** Plays the opponent over the same seeds with its sizes turned up or down by `knob`; more knob, more pods. */
export type KnobPlay = (knob: number) => Promise<readonly Outcome[]>;

const STEPS = 12;

/**
 * Turns the opponent's knob until its mean pod-seconds equal ours, then compares violations seed by seed.
 *
 * @param knobs  lowest and highest setting; bisected geometrically
 */
export async function compareAtEqualCost(
  opponent: string,
  ours: readonly Outcome[],
  play: KnobPlay,
  knobs: readonly [number, number],
  rng: Rng,
): Promise<EqualCostRow> {
  const target = meanOf(ours.map(({ podSeconds }) => podSeconds));
  let [low, high] = knobs;
  let best = { knob: Number.NaN, costRatio: Number.POSITIVE_INFINITY, outcomes: [] as readonly Outcome[] };
  for (let step = 0; step < STEPS; step++) {
    const knob = Math.sqrt(low * high);
    const outcomes = await play(knob);
    const costRatio = meanOf(outcomes.map(({ podSeconds }) => podSeconds)) / target;
    if (Math.abs(costRatio - 1) < Math.abs(best.costRatio - 1)) best = { knob, costRatio, outcomes };
    if (Math.abs(costRatio - 1) < 0.002) break;
    if (costRatio > 1) high = knob;
    else low = knob;
  }
  const differences = best.outcomes.map((outcome, seed) => violatingShare(outcome) - violatingShare(ours[seed]!));
  return {
    opponent,
    knob: best.knob,
    costRatio: best.costRatio,
    oursViolatingShare: meanOf(ours.map(violatingShare)),
    opponentViolatingShare: meanOf(best.outcomes.map(violatingShare)),
    difference: bootstrapMean(differences, rng),
  };
}
