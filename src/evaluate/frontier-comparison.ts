import type { Rng } from "../core/rng.ts";
import { type Estimate, meanOf, quantileOfSample } from "../core/statistics.ts";
import type { CostedPlay } from "./costed.ts";
import { type CostPoint, type FrontierPoint, costAt, hullOf, paretoFrontier, violatingShareAt } from "./frontier.ts";
import type { Strata } from "./statistics.ts";

/** One setting of an opponent and what it did: [scenarios][seeds]. */
export type Setting = { readonly spec: string; readonly strata: Strata<CostedPlay> };

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
 * and all settings together, inside each scenario, and the frontier is built anew from each draw, so that the luck of
 * picking the best of many settings is inside the interval. Each draw picks its settings in hindsight, which favours the
 * opponent. Every scenario counts the same.
 *
 * @param ours  [scenarios][seeds], the scenarios and seeds of every setting
 */
export function compareWithFrontier(
  ours: Strata<CostedPlay>,
  settings: readonly Setting[],
  rng: Rng,
  resamples = 2_000,
): FrontierComparison {
  checkSeeds(ours, settings);
  const own = tableOf("ours", ours);
  const tables = settings.map(({ spec, strata }) => tableOf(spec, strata));
  const floor = floorOf(ours);
  const everySeed = ours.map((plays) => plays.map((_, seed) => seed));
  const drawn = Array.from({ length: resamples }, () => ratiosOf(own, tables, drawnFrom(everySeed, rng), floor));
  const seen = ratiosOf(own, tables, everySeed, floor);
  const { cost, violatingShare } = meansOf(own, everySeed);
  return {
    ours: { cost, violatingShare },
    frontier: paretoFrontier(tables.map((table) => meansOf(table, everySeed))),
    violatingRatio: ratioEstimate(seen, drawn, "violating"),
    costRatio: ratioEstimate(seen, drawn, "cost"),
  };
}

/** Half a request of all: fewer violations than that cannot be told from none. */
function floorOf(ours: Strata<CostedPlay>): number {
  return 0.5 / ours.flat().reduce((sum, { requests }) => sum + Math.max(1, requests), 0);
}

/** Seeds by their index: [scenarios][seeds]. */
type Seeds = readonly (readonly number[])[];

function drawnFrom(every: Seeds, rng: Rng): number[][] {
  return every.map((seeds) => seeds.map(() => rng.integer(seeds.length)));
}

function checkSeeds(ours: Strata<CostedPlay>, settings: readonly Setting[]): void {
  const odd = settings.find(({ strata }) => seedCounts(strata) !== seedCounts(ours));
  if (odd === undefined && ours.flat().length > 0 && settings.length > 0) return;
  const found = odd === undefined ? `${settings.length} settings` : `${seedCounts(odd.strata)} seeds of ${odd.spec}`;
  throw new Error(`a frontier needs settings on the same ${seedCounts(ours)} seeds as ours, got ${found}`);
}

function seedCounts(strata: Strata<CostedPlay>): string {
  return strata.map(({ length }) => length).join(" + ");
}

/** Plays of one setting in columns: [scenarios][seeds] each. */
type Table = { readonly spec: string; readonly cost: readonly Float64Array[]; readonly share: readonly Float64Array[] };

function tableOf(spec: string, strata: Strata<CostedPlay>): Table {
  const cost = strata.map((plays) => Float64Array.from(plays, (play) => play.cost));
  const share = strata.map((plays) => Float64Array.from(plays, (play) => play.violatingShare));
  if (![...cost, ...share].every((column) => column.every(Number.isFinite))) {
    throw new Error(`an outcome of ${spec} is not a number`);
  }
  return { spec, cost, share };
}

/** Mean over the scenarios' means. */
function meansOf({ spec, cost, share }: Table, seeds: Seeds): FrontierPoint {
  return { spec, cost: meanAt(cost, seeds), violatingShare: meanAt(share, seeds) };
}

function meanAt(columns: readonly Float64Array[], seeds: Seeds): number {
  let sum = 0;
  for (const [stratum, drawn] of seeds.entries()) {
    const column = columns[stratum]!;
    let own = 0;
    for (const seed of drawn) own += column[seed]!;
    sum += own / drawn.length;
  }
  return sum / seeds.length;
}

type Ratios = { readonly violating: number; readonly cost: number };

function ratiosOf(own: Table, tables: readonly Table[], seeds: Seeds, floor: number): Ratios {
  const ours = meansOf(own, seeds);
  const frontier = hullOf(paretoFrontier(tables.map((table) => meansOf(table, seeds))), floor);
  return {
    violating: Math.max(floor, ours.violatingShare) / violatingShareAt(frontier, ours.cost, floor),
    cost: ours.cost / costAt(frontier, ours.violatingShare, floor),
  };
}

function ratioEstimate(seen: Ratios, drawn: readonly Ratios[], name: keyof Ratios): ReachedEstimate {
  return estimateOf(
    seen[name],
    drawn.map((one) => one[name]),
  );
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
