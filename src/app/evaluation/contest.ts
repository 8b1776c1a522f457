import { createRng } from "../../core/rng.ts";
import { type TrafficClass, trafficClasses } from "../../evaluate/burstiness.ts";
import { meanPlay } from "../../evaluate/mean-play.ts";
import type { Played } from "../../evaluate/played.ts";
import type { PlayJob } from "./play-job.ts";
import type { PlayRunner } from "./play-runner.ts";

/** Scenarios that are told together, with the index each has in the setup. */
export type ClassGroup = { readonly class: TrafficClass; readonly scenarios: readonly number[] };

/** What an evaluation plays on; the same for every autoscaler. */
export type Contest = {
  readonly runner: PlayRunner;
  readonly seeds: readonly number[];
  readonly groups: readonly ClassGroup[];
  readonly timeScale: number;
};

/** What a team is called beside its opponents. */
export const TEAM = "team";

/** Names of the checkpoints that play a scenario: one team, or several that were trained alike with other dice. */
export type Members = (scenario: number) => readonly string[];

/** Outcomes by scenario: [scenarios of the group][seeds]. */
export type Strata = readonly (readonly Played[])[];

export function groupsOf(classes: readonly TrafficClass[]): ClassGroup[] {
  return trafficClasses.flatMap((one) => {
    const scenarios = classes.flatMap((own, index) => (own === one ? [index] : []));
    return scenarios.length === 0 ? [] : [{ class: one, scenarios }];
  });
}

/** A question for each seed of a scenario. */
function jobsOn({ seeds }: Contest, scenario: number, spec: string, more: Pick<PlayJob, "factor"> = {}): PlayJob[] {
  return seeds.map((seed) => ({ scenario, purpose: "evaluate", seed, spec, ...more }));
}

/** Plays jobs that {@link jobsOn} laid out; each call then takes those of one of its scenarios: [seeds]. */
async function playJobs({ runner, seeds }: Contest, jobs: readonly PlayJob[], title: string): Promise<() => Played[]> {
  const answers = (await runner.run(jobs, title)).values();
  return () => seeds.map(() => answers.next().value!.played);
}

/** Plays specs over all scenarios of all groups: by spec, [scenarios][seeds] of each group. */
export async function playAll(
  contest: Contest,
  specs: readonly string[],
  title: string,
  more?: Pick<PlayJob, "factor">,
): Promise<Map<string, Map<TrafficClass, Strata>>> {
  const { groups } = contest;
  const scenarios = groups.flatMap((group) => group.scenarios);
  const jobs = specs.flatMap((spec) => scenarios.flatMap((scenario) => jobsOn(contest, scenario, spec, more)));
  const next = await playJobs(contest, jobs, title);
  return new Map(specs.map((spec) => [spec, new Map(groups.map((group) => [group.class, group.scenarios.map(next)]))]));
}

/** What a team did: the mean of its members' plays, and each one's. */
export type TeamPlays = {
  readonly strata: Strata;
  readonly members: readonly Strata[];
  /** [scenarios][members] */
  readonly names: readonly (readonly string[])[];
};

/** Plays of a class: strata are [scenarios][seeds], members [scenarios][members][seeds]. */
export async function playTeam(contest: Contest, members: Members): Promise<Map<TrafficClass, TeamPlays>> {
  const { groups } = contest;
  const jobs = groups
    .flatMap(({ scenarios }) => scenarios)
    .flatMap((scenario) => members(scenario).flatMap((spec) => jobsOn(contest, scenario, spec)));
  const next = await playJobs(contest, jobs, "play the team");
  return new Map(groups.map((group) => [group.class, teamPlays(group, members, next)]));
}

function teamPlays({ scenarios }: ClassGroup, members: Members, next: () => Played[]): TeamPlays {
  const own = scenarios.map((scenario) => members(scenario).map(next));
  return { strata: own.map(meanBySeed), members: own, names: scenarios.map(members) };
}

/** @param members  [members][seeds] */
function meanBySeed(members: Strata): Played[] {
  return members[0]!.map((_, seed) => meanPlay(members.map((plays) => plays[seed]!)));
}

/** A stream of its own for every figure, so that adding an opponent moves no other figure. */
export function figureRng(label: string): ReturnType<typeof createRng> {
  return createRng("bootstrap").split(label);
}
