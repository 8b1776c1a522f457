import type { TrafficClass } from "../../evaluate/burstiness.ts";
import type { TunedSpec } from "../../evaluate/frontier-families.ts";
import { settingAt } from "../../evaluate/frontier-tuning.ts";
import type { Host } from "../host.ts";
import { type ClassPlays, compareClass, frontierOf, rowOf } from "./compare.ts";
import { type Contest, type Members, playAll, playTeam, TEAM } from "./contest.ts";
import { compareAtTeamsCost } from "./equal-cost.ts";
import type { PlayJob } from "./play-job.ts";
import type { EvaluateResult, ScenarioResult, TimelineResult } from "../../evaluate/result.ts";
import { type TunedFamily, type TuneOptions, tuneOpponent } from "./tune.ts";

export type ContestSpec = {
  readonly contest: Contest;
  readonly scenarios: readonly ScenarioResult[];
  readonly plain: readonly string[];
  readonly tuned: readonly TunedSpec[];
  /** Who plays for the team; without one the first of the plain ones is compared with the others. */
  readonly team: Members | undefined;
  /** Price at which a tuned opponent has a row of its own: the team's. */
  readonly kappa: number;
  readonly isEqualCost: boolean;
  readonly timelines: number;
  readonly tuning: TuneOptions;
};

export type ContestFigures = Pick<EvaluateResult, "rows" | "comparisons" | "equalCost" | "frontiers" | "timelines">;

/** Plays everybody, tunes who is to be tuned, and works out what is told of them. */
export async function playContest(spec: ContestSpec, host: Host): Promise<ContestFigures> {
  const { contest, tuned, team, kappa } = spec;
  const { timeScale } = contest;
  const plain = await playPlain(spec);
  const families: TunedFamily[] = [];
  for (const opponent of tuned) families.push(...(await tuneOpponent(contest, opponent, spec.tuning)));
  const all = [...plain, ...families.map((family) => atPrice(family, kappa))];
  const inClass = (own: TrafficClass): ClassPlays[] => all.filter((plays) => plays.class === own);
  const teamIn = (own: TrafficClass): ClassPlays | undefined =>
    inClass(own).find(({ members }) => members !== undefined);
  const comparisons = contest.groups.flatMap(({ class: own }) => {
    const ours = teamIn(own) ?? inClass(own)[0]!;
    const others = inClass(own).filter((plays) => plays !== ours);
    return compareClass(ours, others, timeScale);
  });
  const equalCost = spec.isEqualCost && team !== undefined ? await compareAtTeamsCost(contest, plain, host) : [];
  return {
    rows: contest.groups.flatMap(({ class: own }) => inClass(own).map((plays) => rowOf(plays, timeScale))),
    comparisons,
    equalCost,
    frontiers: families.map((family) => frontierOf(family, teamIn(family.class), timeScale)),
    timelines: await playTimelines(spec, families),
  };
}

/** The team first. */
async function playPlain({ contest, plain, team }: ContestSpec): Promise<ClassPlays[]> {
  const ours = team === undefined ? [] : [...(await playTeam(contest, team))];
  const played = await playAll(contest, plain, "evaluate on the twin");
  return [
    ...ours.map(([own, { strata, members, names }]) => ({ autoscaler: TEAM, class: own, strata, members, names })),
    ...plain.flatMap((autoscaler) =>
      [...played.get(autoscaler)!].map(([own, strata]) => ({ autoscaler, class: own, strata })),
    ),
  ];
}

/** A tuned opponent under its own name: as it was tuned for this price of violations. */
function atPrice({ opponent, class: own, plays }: TunedFamily, price: number): ClassPlays {
  const priced = plays.filter(({ prices }) => prices.length > 0);
  return { autoscaler: opponent.spec, class: own, strata: settingAt(priced, price).strata };
}

/** The first seeds of every scenario again, period by period. */
async function playTimelines(spec: ContestSpec, families: readonly TunedFamily[]): Promise<TimelineResult[]> {
  const { contest, scenarios, plain, team, kappa, timelines } = spec;
  const seeds = contest.seeds.slice(0, timelines);
  const shown = contest.groups.flatMap((group) =>
    group.scenarios.flatMap((scenario, fold) => [
      ...(team === undefined ? [] : [{ scenario, autoscaler: TEAM, own: team(scenario)[0]! }]),
      ...plain.map((own) => ({ scenario, autoscaler: own, own })),
      ...families
        .filter((family) => family.class === group.class)
        .map(({ opponent, plays }) => {
          const setting = settingAt(
            plays.filter(({ prices }) => prices.length > 0),
            kappa,
          );
          return { scenario, autoscaler: opponent.spec, own: setting.specs[fold]! };
        }),
    ]),
  );
  const jobs = shown.flatMap(({ scenario, own }) =>
    seeds.map((seed): PlayJob => ({ scenario, purpose: "evaluate", seed, spec: own, isRecorded: true })),
  );
  const answers = (await contest.runner.run(jobs, "play timelines")).values();
  return shown.flatMap(({ scenario, autoscaler }) =>
    seeds.map((seed) => ({
      scenario: scenarios[scenario]!.name,
      class: scenarios[scenario]!.class,
      seed,
      autoscaler,
      timeline: answers.next().value!.timeline!,
    })),
  );
}
