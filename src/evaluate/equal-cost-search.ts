import type { CostedPlay } from "./costed.ts";
import type { Strata } from "./statistics.ts";

/** One setting of the knob, played over all scenarios and seeds: [scenarios][seeds]. */
export type Trial = { readonly knob: number; readonly costRatio: number; readonly strata: Strata<CostedPlay> };

/** The dearest trial below our cost and the cheapest above it, as far as they were found; never both missing. */
export type Bracket = { readonly below: Trial | undefined; readonly above: Trial | undefined };

const tries = 12;

/** So near to 1 a trial is taken as it is. */
const hitWithin = 0.002;

/** Trials to either side of 1 that are nearer to each other than this need no further ones between them. */
const narrowEnough = 0.01;

/**
 * Looks for settings that cost a little less and a little more than ours: by doubling or halving the knob from the middle
 * of its range until both sides are there, then between the two.
 */
export async function searchKnob(
  play: (knob: number) => Promise<Trial>,
  [lowest, highest]: readonly [number, number],
): Promise<Bracket> {
  let bracket: Bracket = { below: undefined, above: undefined };
  let knob = Math.sqrt(lowest * highest);
  for (let trial = 0; trial < tries; trial++) {
    const played = await play(knob);
    if (isHit(played)) return { below: played, above: played };
    bracket = narrowed(bracket, played);
    const next = nextKnob(bracket, trial, [lowest, highest]);
    if (next === undefined) break;
    knob = next;
  }
  return bracket;
}

function isHit({ costRatio }: Trial): boolean {
  return Math.abs(costRatio - 1) < hitWithin;
}

function narrowed({ below, above }: Bracket, played: Trial): Bracket {
  if (played.costRatio < 1) return { below: nearer(below, played), above };
  return { below, above: nearer(above, played) };
}

/** Costs need not rise with every turn of the knob, so that a later trial may lie further off. */
function nearer(known: Trial | undefined, played: Trial): Trial {
  return known !== undefined && distance(known) < distance(played) ? known : played;
}

function distance({ costRatio }: Trial): number {
  return Math.abs(costRatio - 1);
}

/** Undefined when there is nothing left to try. */
function nextKnob(
  { below, above }: Bracket,
  trial: number,
  [lowest, highest]: readonly [number, number],
): number | undefined {
  if (above === undefined) return below!.knob >= highest ? undefined : Math.min(highest, below!.knob * 2);
  if (below === undefined) return above.knob <= lowest ? undefined : Math.max(lowest, above.knob / 2);
  if (above.costRatio - below.costRatio < narrowEnough) return undefined;
  // Costs that come in steps would hold a pure interpolation on one side: every other try halves the gap.
  const way = trial % 2 === 0 ? 0.5 : Math.min(0.9, Math.max(0.1, wayToOne(below, above)));
  return between(below.knob, above.knob, way);
}

/** What the opponent does at our cost, or as near to it as it gets. */
export type AtOurCost = {
  readonly knob: number;
  readonly costRatio: number;
  /** Violating share of each seed: [scenarios][seeds]. */
  readonly shares: Strata;
  /** The one or two trials that this is taken from. */
  readonly played: readonly Trial[];
};

/**
 * Each seed's violating share at a cost ratio of 1: between the two trials the logarithm of the share is linear in the
 * cost, as on a frontier. The nearer trial as it is where there is none on the other side.
 */
export function atCostRatioOne({ below, above }: Bracket): AtOurCost {
  if (below === undefined || above === undefined || below === above) return asPlayed((below ?? above)!);
  const way = wayToOne(below, above);
  return {
    knob: between(below.knob, above.knob, way),
    costRatio: 1,
    shares: below.strata.map((plays, stratum) =>
      plays.map((play, seed) => shareBetween(play, above.strata[stratum]![seed]!, way)),
    ),
    played: [below, above],
  };
}

function asPlayed(trial: Trial): AtOurCost {
  const { knob, costRatio, strata } = trial;
  return { knob, costRatio, shares: sharesOf(strata), played: [trial] };
}

export function sharesOf(strata: Strata<CostedPlay>): number[][] {
  return strata.map((plays) => plays.map(({ violatingShare }) => violatingShare));
}

function wayToOne(below: Trial, above: Trial): number {
  return (1 - below.costRatio) / (above.costRatio - below.costRatio);
}

/** A share of 0 counts as half a request, which a logarithm can stand; 0 on both sides stays 0. */
function shareBetween(below: CostedPlay, above: CostedPlay, way: number): number {
  const [left, right] = [below.violatingShare, above.violatingShare];
  if (left === right) return left;
  return between(Math.max(left, 0.5 / below.requests), Math.max(right, 0.5 / above.requests), way);
}

/** Linear in the logarithm. */
function between(left: number, right: number, way: number): number {
  return left * (right / left) ** way;
}
