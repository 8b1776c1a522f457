import { sumOf } from "../../core/statistics.ts";
import { createRng } from "../../core/rng.ts";
import { needPriors } from "../../control/need/prior.ts";
import { costPointOf } from "../../evaluate/costed.ts";
import type { Played } from "../../evaluate/played.ts";
import type { TrafficClass } from "../../evaluate/burstiness.ts";
import { familyGrid, type TunedSpec } from "../../evaluate/frontier-families.ts";
import { neighboursOf } from "../../evaluate/frontier-neighbours.ts";
import {
  pickByPrice,
  settingsOfFolds,
  type TrainedSetting,
  type TunedSetting,
  tuningPrices,
} from "../../evaluate/frontier-tuning.ts";
import { type FrontierPoint, paretoFrontier } from "../../evaluate/frontier.ts";
import { violatingShare } from "../../control/loop/outcome.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { type ClassGroup, type Contest, type Strata, playAll } from "./contest.ts";
import type { Fold } from "./folds.ts";
import type { PlayJob } from "./play-job.ts";

export type TuneOptions = {
  readonly topology: Topology;
  readonly density: "coarse" | "full";
  /** Of every scenario that is tuned on. */
  readonly trainSeeds: readonly number[];
  /** One per scenario of the contest. */
  readonly folds: readonly Fold[];
};

/** A tuned opponent at one setting, as it played: by class, [scenarios][seeds]. */
export type TunedPlay = {
  /** `hpa:60,down=120`, or where folds differ `hpa:tuned at price 40`. */
  readonly name: string;
  readonly prices: readonly number[];
  readonly specs: readonly string[];
  readonly strata: Strata;
};

export type TunedFamily = {
  readonly opponent: TunedSpec;
  readonly class: TrafficClass;
  /** Settings that were searched. */
  readonly searched: number;
  readonly trainedOn: readonly string[];
  /** Frontier of the training data of every fold; of the test data in hindsight. */
  readonly picked: readonly (readonly FrontierPoint[])[];
  readonly plays: readonly TunedPlay[];
};

/** Searches an opponent's settings and plays what was found, for every class of traffic. */
export async function tuneOpponent(
  contest: Contest,
  opponent: TunedSpec,
  options: TuneOptions,
): Promise<TunedFamily[]> {
  return opponent.pickedOn === "training"
    ? await tuneOnTraining(contest, opponent, options)
    : await tuneInHindsight(contest, opponent, options);
}

function gridOf({ family }: TunedSpec, { topology, density }: TuneOptions): string[] {
  return familyGrid(family, topology, { density, rng: createRng("tuning grid") });
}

async function tuneOnTraining(contest: Contest, opponent: TunedSpec, options: TuneOptions): Promise<TunedFamily[]> {
  const { folds } = options;
  const trained = new Map<string, readonly TrainedSetting[]>();
  for (const fold of folds) {
    if (trained.has(keyOf(fold))) continue;
    trained.set(keyOf(fold), await searchFold(contest, opponent, fold, options));
  }
  const families: TunedFamily[] = [];
  for (const group of contest.groups) {
    const own = group.scenarios.map((scenario) => folds[scenario]!);
    const searches = own.map((fold) => trained.get(keyOf(fold))!);
    families.push({
      opponent,
      class: group.class,
      searched: new Set(searches.flatMap((settings) => settings.map(({ spec }) => spec))).size,
      trainedOn: [...new Set(own.map(({ trainedOn }) => trainedOn))],
      picked: searches.map((settings) => paretoFrontier(settings)),
      plays: await playSettings(
        contest,
        opponent,
        group.scenarios,
        settingsOfFolds(searches.map((settings) => pickByPrice(settings))),
      ),
    });
  }
  return families;
}

/** Folds with the same training data are one. */
function keyOf({ training }: Fold): string {
  return training.join(" ");
}

/** The grid and, when it is full, what lies around its picks: of this fold alone, since another has seen its test data. */
async function searchFold(
  contest: Contest,
  opponent: TunedSpec,
  fold: Fold,
  options: TuneOptions,
): Promise<TrainedSetting[]> {
  const grid = gridOf(opponent, options);
  const played = await playTraining(contest, opponent, fold, grid, options);
  if (options.density === "coarse") return played;
  const around = freshAround(pickByPrice(played), new Set(grid), options);
  return [...played, ...(await playTraining(contest, opponent, fold, around, options))];
}

/** Neighbours that were not played yet, each once. */
function freshAround(picks: readonly string[], played: ReadonlySet<string>, { topology }: TuneOptions): string[] {
  const around = new Set(picks.flatMap((spec) => neighboursOf(spec, topology.services.length)));
  return [...around].filter((spec) => !played.has(spec));
}

/** What specs do on a fold's training data. */
async function playTraining(
  contest: Contest,
  { spec: name }: TunedSpec,
  fold: Fold,
  specs: readonly string[],
  { trainSeeds, topology }: TuneOptions,
): Promise<TrainedSetting[]> {
  const jobs = specs.flatMap((spec) =>
    fold.training.flatMap((scenario) => trainSeeds.map((seed): PlayJob => ({ scenario, purpose: "tune", seed, spec }))),
  );
  const answers = await contest.runner.run(jobs, `tune ${name} on ${fold.trainedOn}`);
  const each = fold.training.length * trainSeeds.length;
  return specs.map((spec, index) => {
    const plays = answers.slice(index * each, (index + 1) * each).map(({ played }) => played);
    return trainedSetting(spec, [plays], topology);
  });
}

/** Means over the scenarios' means. */
function trainedSetting(spec: string, strata: Strata, topology: Topology): TrainedSetting {
  const plays = strata.map((own) =>
    own.map((played) => ({ cost: relativePods(played, topology), violatingShare: violatingShare(played) })),
  );
  return { spec, ...costPointOf(plays) };
}

/** Pods, by their share of the declared CPU / pods that the traffic needs at 100 % CPU, so that traffic of any volume counts the same. */
function relativePods({ sizedPodSeconds, requests }: Played, topology: Topology): number {
  const podsPerRequest = sumOf(needPriors(topology).priorPodsPerEntryRequest);
  return requests > 0 ? sizedPodSeconds / (podsPerRequest * requests) : 0;
}

/** Every scenario of a group is played by what its own fold picked. */
async function playSettings(
  { runner, seeds }: Contest,
  { spec: name }: TunedSpec,
  scenarios: readonly number[],
  settings: readonly TunedSetting[],
): Promise<TunedPlay[]> {
  const jobs = settings.flatMap(({ specs }) =>
    scenarios.flatMap((scenario, fold) =>
      seeds.map((seed): PlayJob => ({ scenario, purpose: "evaluate", seed, spec: specs[fold]! })),
    ),
  );
  const answers = (await runner.run(jobs, `play ${name}`)).values();
  return settings.map(({ prices, specs }) => ({
    name: new Set(specs).size === 1 ? specs[0]! : `${name} at price ${prices[0]!}`,
    prices,
    specs,
    strata: scenarios.map(() => seeds.map(() => answers.next().value!.played)),
  }));
}

async function tuneInHindsight(contest: Contest, opponent: TunedSpec, options: TuneOptions): Promise<TunedFamily[]> {
  const specs = gridOf(opponent, options);
  const title = `search ${opponent.spec} on the test data`;
  const played = await playAll(contest, specs, title);
  const families = contest.groups.map((group) => inHindsight(opponent, group, specs, played, options));
  if (options.density === "coarse") return families;
  const picks = families.flatMap(({ plays }) => plays.filter(({ prices }) => prices.length > 0));
  const around = freshAround(
    picks.map(({ name }) => name),
    new Set(specs),
    options,
  );
  for (const [spec, strata] of await playAll(contest, around, title)) played.set(spec, strata);
  return contest.groups.map((group) => inHindsight(opponent, group, [...played.keys()], played, options));
}

function inHindsight(
  opponent: TunedSpec,
  group: ClassGroup,
  specs: readonly string[],
  played: ReadonlyMap<string, ReadonlyMap<TrafficClass, Strata>>,
  { topology }: TuneOptions,
): TunedFamily {
  const strataOf = (spec: string): Strata => played.get(spec)!.get(group.class)!;
  const settings = specs.map((spec) => trainedSetting(spec, strataOf(spec), topology));
  const picks = pickByPrice(settings);
  const pricesOf = (spec: string): number[] => tuningPrices.filter((_, at) => picks[at] === spec);
  return {
    opponent,
    class: group.class,
    searched: specs.length,
    trainedOn: ["the test data themselves, in hindsight"],
    picked: [paretoFrontier(settings)],
    plays: specs.map((spec) => ({
      name: spec,
      prices: pricesOf(spec),
      specs: group.scenarios.map(() => spec),
      strata: strataOf(spec),
    })),
  };
}
