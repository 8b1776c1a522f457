import { costedPlays, costPointOf } from "../../evaluate/costed.ts";
import { compareWithFrontier } from "../../evaluate/frontier-comparison.ts";
import { hullOf, paretoFrontier } from "../../evaluate/frontier.ts";
import { measuresAt } from "../../evaluate/measures.ts";
import type { Played } from "../../evaluate/played.ts";
import type { BootstrapOptions } from "../../evaluate/statistics.ts";
import { comparePaired, correctedRows } from "../../evaluate/statistics-paired.ts";
import { estimateMeasures, summarize } from "../../evaluate/summarize.ts";
import type { TrafficClass } from "../../evaluate/burstiness.ts";
import { figureRng, type Strata } from "./contest.ts";
import type { ClassRow, ComparisonRow, FrontierMark, FrontierResult } from "../../evaluate/result.ts";
import type { TunedFamily, TunedPlay } from "./tune.ts";

/** What one autoscaler did in one class of traffic: [scenarios][seeds]. */
export type ClassPlays = {
  readonly autoscaler: string;
  readonly class: TrafficClass;
  readonly strata: Strata;
  /** Of a team, each member's: [scenarios][members][seeds]. */
  readonly members?: readonly Strata[];
  /** Theirs: [scenarios][members]. */
  readonly names?: readonly (readonly string[])[];
};

export function rowOf({ autoscaler, class: own, strata }: ClassPlays, timeScale: number): ClassRow {
  const rng = figureRng(`${own} ${autoscaler}`);
  return {
    class: own,
    ...summarize(autoscaler, strata, rng.split("row")),
    measures: estimateMeasures(strata, timeScale, rng.split("measures")),
  };
}

/** Pods cost the same while they are of the declared size; where anybody resized, the share of it counts. */
function costMeasureOf(...both: readonly ClassPlays[]): "podHours" | "cost" {
  const plays = both.flatMap(({ strata }) => strata.flat());
  return plays.every(({ podSeconds, sizedPodSeconds }) => podSeconds === sizedPodSeconds) ? "podHours" : "cost";
}

/** Ours against all others of its class: violations and cost, one family of tests. */
export function compareClass(
  ours: ClassPlays,
  others: readonly ClassPlays[],
  timeScale: number,
  bootstrap: BootstrapOptions = {},
): ComparisonRow[] {
  const pairs = others.flatMap((theirs) =>
    (["violatingShare", costMeasureOf(ours, theirs)] as const).map((measure) => ({ theirs, measure })),
  );
  const measures = measuresAt(timeScale);
  return correctedRows(
    pairs.map(({ theirs, measure }) => {
      const { of } = measures.find(({ name }) => name === measure)!;
      return compareOne(ours, theirs, { measure, of }, bootstrap);
    }),
  );
}

type Uncorrected = Omit<ComparisonRow, "pAdjusted" | "isSignificant">;

type Compared = { readonly measure: ComparisonRow["measure"]; readonly of: (played: Played) => number };

function compareOne(
  ours: ClassPlays,
  theirs: ClassPlays,
  { measure, of }: Compared,
  bootstrap: BootstrapOptions,
): Uncorrected {
  const valuesOf = ({ strata }: ClassPlays): number[][] => strata.map((plays) => plays.map(of));
  const rng = figureRng(`compare ${ours.class} ${theirs.autoscaler} ${measure}`);
  const comparison = comparePaired(valuesOf(ours), valuesOf(theirs), rng, bootstrap);
  return { class: ours.class, ours: ours.autoscaler, opponent: theirs.autoscaler, measure, ...comparison };
}

/** A tuned opponent's frontier on the test data, with the team beside it where there is one. */
export function frontierOf(family: TunedFamily, team: ClassPlays | undefined, timeScale: number): FrontierResult {
  const { opponent, plays, picked } = family;
  const settings = plays.map(({ name, strata }) => ({ spec: name, strata: costedPlays(strata, timeScale) }));
  const rng = figureRng(`frontier ${family.class} ${opponent.spec}`);
  const members = team && (team.members ?? team.strata.map((own) => [own]));
  const ours =
    members &&
    compareWithFrontier(
      members.map((own) => costedPlays(own, timeScale)),
      settings,
      rng,
      undefined,
      team?.names,
    );
  return {
    class: family.class,
    opponent: opponent.spec,
    pickedOn: opponent.pickedOn,
    trainedOn: family.trainedOn,
    searched: family.searched,
    marks: marksOf(plays, timeScale),
    picked: picked.map((fold) => fold.map(({ spec, cost, violatingShare }) => ({ spec, pods: cost, violatingShare }))),
    ...(ours === undefined ? {} : { ours: { violatingRatio: ours.violatingRatio, costRatio: ours.costRatio } }),
  };
}

function marksOf(plays: readonly TunedPlay[], timeScale: number): FrontierMark[] {
  const marks = plays.map(({ name, specs, strata }) => ({ name, specs, ...markOf(strata, timeScale) }));
  const points = marks.map((mark) => ({ mark, cost: mark.pods, violatingShare: mark.violatingShare }));
  // Half a request of all: fewer violations than that cannot be told from none.
  const floor = 0.5 / Math.max(1, ...plays.map(({ strata }) => requestsOf(strata)));
  return hullOf(paretoFrontier(points), floor).map(({ mark }) => mark);
}

function requestsOf(strata: Strata): number {
  return strata.flat().reduce((sum, { requests }) => sum + requests, 0);
}

/** Where an autoscaler stands in a chart of cost against violations: means over scenarios. */
function markOf(strata: Strata, timeScale: number): Pick<FrontierMark, "pods" | "violatingShare"> {
  const { cost, violatingShare } = costPointOf(costedPlays(strata, timeScale));
  return { pods: cost, violatingShare };
}
