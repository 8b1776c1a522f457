import type { Rng } from "../core/rng.ts";
import { type Estimate, meanOf, quantileOfSample, sumOf } from "../core/statistics.ts";
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

/** One team, or several that were trained alike with other dice: [scenarios][members][seeds]. */
export type Members = readonly Strata<CostedPlay>[];

/**
 * Where ours stands against an opponent's frontier, with 95 % percentile-bootstrap intervals. Seeds are drawn for ours
 * and all settings together, inside each scenario, and the frontier is built anew from each draw, so that the luck of
 * picking the best of many settings is inside the interval. Each draw picks its settings in hindsight, which favours the
 * opponent. Where ours are several, members are drawn as well, so that the luck of a training is in the interval too.
 * Every scenario counts the same.
 *
 * @param ours  on the scenarios and seeds of every setting
 * @param names  of the members, [scenarios][members]: one that plays several scenarios is drawn for all of them or for none;
 *   the k-th of each scenario is the same one when left out
 */
export function compareWithFrontier(
  ours: Members,
  settings: readonly Setting[],
  rng: Rng,
  resamples = 2_000,
  names: Names = ours.map((members) => members.map((_, member) => String(member))),
): FrontierComparison {
  checkSeeds(ours, settings);
  const own = ours.map((members) => tableOf("ours", members));
  const tables = settings.map(({ spec, strata }) => tableOf(spec, strata));
  const floor = floorOf(ours);
  const every: Draw = { seeds: ours.map(([first]) => indicesOf(first!)), members: ours.map(indicesOf) };
  const drawn = Array.from({ length: resamples }, () => ratiosOf(own, tables, drawnFrom(every, names, rng), floor));
  const seen = ratiosOf(own, tables, every, floor);
  return {
    ours: ownMeans(own, every),
    frontier: paretoFrontier(tables.map((table) => meansOf(table, every.seeds))),
    violatingRatio: ratioEstimate(seen, drawn, "violating"),
    costRatio: ratioEstimate(seen, drawn, "cost"),
  };
}

/** Half a request of all: fewer violations than that cannot be told from none. */
function floorOf(ours: Members): number {
  return 0.5 / sumOf(ours.flatMap(([plays]) => plays!.map(({ requests }) => Math.max(1, requests))));
}

/** By index: [scenarios][drawn]. */
type Indices = readonly (readonly number[])[];
type Draw = { readonly seeds: Indices; readonly members: Indices };

function indicesOf(all: readonly unknown[]): number[] {
  return all.map((_, index) => index);
}

/** [scenarios][members] */
type Names = readonly (readonly string[])[];

function drawnFrom({ seeds, members }: Draw, names: Names, rng: Rng): Draw {
  return {
    seeds: seeds.map((own) => own.map(() => rng.integer(own.length))),
    members: drawnMembers(members, names, rng),
  };
}

/** A scenario for which nobody was drawn keeps all of its members. */
function drawnMembers(members: Indices, names: Names, rng: Rng): Indices {
  const all = [...new Set(names.flat())];
  if (all.length === 1) return members;
  const drawn = all.map(() => all[rng.integer(all.length)]!);
  return members.map((own, scenario) => {
    const playing = drawn.map((name) => names[scenario]!.indexOf(name)).filter((member) => member >= 0);
    return playing.length === 0 ? own : playing;
  });
}

function checkSeeds(ours: Members, settings: readonly Setting[]): void {
  const first = ours.map(([own]) => own ?? []);
  const odd = settings.find(({ strata }) => seedCounts(strata) !== seedCounts(first));
  if (odd === undefined && first.flat().length > 0 && settings.length > 0) return;
  const found = odd === undefined ? `${settings.length} settings` : `${seedCounts(odd.strata)} seeds of ${odd.spec}`;
  throw new Error(`a frontier needs settings on the same ${seedCounts(first)} seeds as ours, got ${found}`);
}

function seedCounts(strata: Strata<CostedPlay>): string {
  return strata.map(({ length }) => length).join(" + ");
}

/** Plays in columns, of one setting [scenarios][seeds], of ours on one scenario [members][seeds]. */
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
function meansOf({ spec, cost, share }: Table, seeds: Indices): FrontierPoint {
  const meanAt = (columns: readonly Float64Array[]): number =>
    meanOf(columns.map((column, stratum) => meanOfDrawn(column, seeds[stratum]!)));
  return { spec, cost: meanAt(cost), violatingShare: meanAt(share) };
}

/** Mean over the scenarios' means over the drawn members. */
function ownMeans(own: readonly Table[], { seeds, members }: Draw): CostPoint {
  const meanAt = (column: "cost" | "share"): number =>
    meanOf(
      own.map(({ [column]: columns }, stratum) =>
        meanOf(members[stratum]!.map((member) => meanOfDrawn(columns[member]!, seeds[stratum]!))),
      ),
    );
  return { cost: meanAt("cost"), violatingShare: meanAt("share") };
}

function meanOfDrawn(column: Float64Array, drawn: readonly number[]): number {
  let sum = 0;
  for (const seed of drawn) sum += column[seed]!;
  return sum / drawn.length;
}

type Ratios = { readonly violating: number; readonly cost: number };

function ratiosOf(own: readonly Table[], tables: readonly Table[], draw: Draw, floor: number): Ratios {
  const ours = ownMeans(own, draw);
  const frontier = hullOf(paretoFrontier(tables.map((table) => meansOf(table, draw.seeds))), floor);
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
