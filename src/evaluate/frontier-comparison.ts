import { type Outcome, violatingShare } from "../control/loop/outcome.ts";
import type { Rng } from "../core/rng.ts";
import { type Estimate, meanOf, quantileOfSample } from "../core/statistics.ts";
import {
  type CostPoint,
  type FrontierPoint,
  type Setting,
  hullOf,
  paretoFrontier,
  podSecondsAt,
  pointOf,
  violatingShareAt,
} from "./frontier.ts";

/** Ours against all settings of an opponent at once, instead of against one that may be badly set. */
export type FrontierComparison = {
  readonly ours: CostPoint;
  /** The opponent's frontier on all seeds. */
  readonly frontier: readonly FrontierPoint[];
  /** Our violating share / the frontier's at our cost; below 1 ours is better. */
  readonly violatingRatio: ReachedEstimate;
  /** Our cost / the frontier's at our violating share; below 1 ours is better. */
  readonly costRatio: ReachedEstimate;
};

/** NaN where the frontier does not reach ours: no setting is as cheap, or none violates as little. */
export type ReachedEstimate = Estimate & {
  /** Share of resamples in which the frontier reached ours; the interval is of those alone. */
  readonly reachedShare: number;
};

/**
 * Where ours stands against an opponent's frontier, with 95 % percentile-bootstrap intervals. Seeds are drawn for ours
 * and all settings together, and the frontier is built anew from each draw, so that the luck of picking the best of many
 * settings is inside the interval. Each draw picks its settings in hindsight, which favours the opponent.
 *
 * @param ours  one outcome per seed, the seeds of every setting
 */
export function compareWithFrontier(
  ours: readonly Outcome[],
  settings: readonly Setting[],
  rng: Rng,
  resamples = 2_000,
): FrontierComparison {
  checkSeeds(ours, settings);
  const own = tableOf("ours", ours);
  const tables = settings.map(({ spec, outcomes }) => tableOf(spec, outcomes));
  // Half a request of all: fewer violations than that cannot be told from none.
  const floor = 0.5 / ours.reduce((sum, { requests }) => sum + Math.max(1, requests), 0);
  const everySeed = ours.map((_, seed) => seed);
  const seen = ratiosOf(own, tables, everySeed, floor);
  const drawn: Ratios[] = [];
  for (let r = 0; r < resamples; r++) {
    const seeds = everySeed.map(() => rng.integer(ours.length));
    drawn.push(ratiosOf(own, tables, seeds, floor));
  }
  return {
    ours: meansOf(own, everySeed),
    frontier: paretoFrontier(settings.map(pointOf)),
    violatingRatio: estimateOf(
      seen.violating,
      drawn.map(({ violating }) => violating),
    ),
    costRatio: estimateOf(
      seen.cost,
      drawn.map(({ cost }) => cost),
    ),
  };
}

function checkSeeds(ours: readonly Outcome[], settings: readonly Setting[]): void {
  const odd = settings.find(({ outcomes }) => outcomes.length !== ours.length);
  if (odd === undefined && ours.length > 0 && settings.length > 0) return;
  const found = odd === undefined ? `${settings.length} settings` : `${odd.outcomes.length} seeds of ${odd.spec}`;
  throw new Error(`a frontier needs settings on the same ${ours.length} seeds as ours, got ${found}`);
}

/** Outcomes of one setting in columns: [seeds] each. */
type Table = { readonly spec: string; readonly podSeconds: Float64Array; readonly share: Float64Array };

function tableOf(spec: string, outcomes: readonly Outcome[]): Table {
  const podSeconds = Float64Array.from(outcomes, (outcome) => outcome.podSeconds);
  const share = Float64Array.from(outcomes, violatingShare);
  if (!podSeconds.every(Number.isFinite) || !share.every(Number.isFinite)) {
    throw new Error(`an outcome of ${spec} is not a number`);
  }
  return { spec, podSeconds, share };
}

function meansOf({ spec, podSeconds, share }: Table, seeds: readonly number[]): FrontierPoint {
  let cost = 0;
  let violating = 0;
  for (const seed of seeds) {
    cost += podSeconds[seed]!;
    violating += share[seed]!;
  }
  return { spec, podSeconds: cost / seeds.length, violatingShare: violating / seeds.length };
}

type Ratios = { readonly violating: number; readonly cost: number };

function ratiosOf(own: Table, tables: readonly Table[], seeds: readonly number[], floor: number): Ratios {
  const ours = meansOf(own, seeds);
  const frontier = hullOf(paretoFrontier(tables.map((table) => meansOf(table, seeds))), floor);
  return {
    violating: Math.max(floor, ours.violatingShare) / violatingShareAt(frontier, ours.podSeconds, floor),
    cost: ours.podSeconds / podSecondsAt(frontier, ours.violatingShare, floor),
  };
}

function estimateOf(seen: number, drawn: readonly number[]): ReachedEstimate {
  const reached = drawn.filter((ratio) => !Number.isNaN(ratio));
  return {
    mean: seen,
    low: quantileOfSample(reached, 0.025),
    high: quantileOfSample(reached, 0.975),
    reachedShare: drawn.length === 0 ? 0 : meanOf(drawn.map((ratio) => (Number.isNaN(ratio) ? 0 : 1))),
  };
}
