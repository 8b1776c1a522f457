import type { Organization } from "../specification/organization.ts";
import { createScheme, type GoalCounts, type PlanCounts, type SchemeState } from "./goals.ts";
import type { Histories } from "./histories.ts";
import type { NormState } from "./norms.ts";
import { type Leaf, type ServedMission, serveMission, type Server } from "./served-mission.ts";

/** Who is committed to what, and what they reach. */
export type Missions = {
  readonly goals: readonly GoalCounts[];
  readonly plans: readonly PlanCounts[];
  /** How often a mission had fewer agents than it needs, by mission. */
  readonly short: ReadonlyMap<string, number>;
  /** Commits agents, and pays for the goals they reached: added to `rewards`. @param atS  [environments] */
  update(atS: Float64Array, rewards: Float64Array): void;
  restart(environment: number, atS: number): void;
};

type Team = {
  readonly environments: number;
  readonly norms: NormState;
  readonly schemes: readonly SchemeState[];
  readonly missions: readonly ServedMission[];
  readonly short: Map<string, number>;
};

export function createMissions(
  organization: Organization,
  agents: number,
  environments: number,
  norms: NormState,
  histories: Histories,
): Missions {
  const all = Array.from({ length: agents }, (_, agent) => agent);
  const { schemes, missions } = serveAll(organization, all, environments, norms, histories);
  const team: Team = { environments, norms, schemes, missions, short: new Map(missions.map(({ name }) => [name, 0])) };
  return {
    goals: schemes.flatMap(({ goals }) => goals),
    plans: schemes.flatMap(({ plans }) => plans),
    short: team.short,
    update: (atS, rewards) => update(team, atS, rewards),
    restart(environment, atS) {
      for (const state of schemes) state.restart(environment, atS);
      for (const mission of missions) {
        for (const agent of all) forget(mission, agent * environments + environment);
        noteChange(mission, environment);
      }
    },
  };
}

function serveAll(
  organization: Organization,
  all: readonly number[],
  environments: number,
  norms: NormState,
  histories: Histories,
): Pick<Team, "schemes" | "missions"> {
  const canCommit = (mission: string, agent: number): boolean =>
    organization.norms.some((norm, number) => norm.mission === mission && norms.isFor(number, agent));
  const schemes = organization.schemes.map((scheme) =>
    createScheme(scheme, environments, histories, (goal) => {
      const own = [...scheme.missions.values()].filter(({ goals }) => goals.includes(goal));
      return all.filter((agent) => own.some(({ name }) => canCommit(name, agent)));
    }),
  );
  const missions = schemes.flatMap((state) =>
    [...state.scheme.missions.values()].map((one) => serveMission(organization, one, state, all, environments, norms)),
  );
  for (const { mission: better, over } of organization.preferences)
    for (const mission of missions)
      if (mission.name === over) mission.better.push(...missions.filter(({ name }) => name === better));
  for (const mission of missions)
    followNorms(
      mission,
      missions.filter(({ better }) => better.includes(mission)),
      norms,
    );
  return { schemes, missions };
}

/** Step by step over all environments: each step reads and writes few columns. */
function update(team: Team, atS: Float64Array, rewards: Float64Array): void {
  const { schemes, missions, short } = team;
  for (const mission of missions) {
    commitChanged(mission);
    short.set(mission.name, short.get(mission.name)! + mission.shortIn);
  }
  for (const state of schemes) state.checkTime(atS);
  for (const mission of missions) for (const leaf of mission.leaves) pursue(mission, leaf, atS, rewards);
  settleAll(team);
}

/** The norms of a mission, where they come into force and end, say who may serve it: little happens in a step. */
function followNorms(mission: ServedMission, worse: readonly ServedMission[], norms: NormState): void {
  const { servers, norms: own, rank, isChanged } = mission;
  const environments = isChanged.length;
  const waysOf = new Map(servers.map(({ first, ways }) => [first / environments, ways]));
  const changed = (cell: number): void => {
    const environment = cell % environments;
    rank[cell] = rankOf(waysOf.get((cell - environment) / environments)!, cell);
    noteChange(mission, environment);
    for (const one of worse) noteChange(one, environment);
  };
  for (const norm of own) norms.onChange(norm, changed);
}

function noteChange(mission: ServedMission, environment: number): void {
  if (mission.isChanged[environment] === 1) return;
  mission.isChanged[environment] = 1;
  mission.changedOnes[mission.changedCount++] = environment;
}

function rankOf(ways: Server["ways"], cell: number): number {
  for (const { rank, sinceS } of ways) if (!Number.isNaN(sinceS[cell]!)) return rank;
  return -1;
}

function commitChanged(mission: ServedMission): void {
  for (let k = 0; k < mission.changedCount; k++) {
    const environment = mission.changedOnes[k]!;
    mission.isChanged[environment] = 0;
    mission.shortIn -= isShort(mission, environment);
    commit(mission, environment);
    mission.shortIn += isShort(mission, environment);
  }
  mission.changedCount = 0;
}

function isShort({ committedIn, min }: ServedMission, environment: number): number {
  const count = committedIn[environment]!;
  return Number(count > 0 && count < min);
}

/** Those who are obliged commit first, then those who may; at most so many as the mission takes. */
function commit(mission: ServedMission, environment: number): void {
  const { servers, committed, committedIn, leaves, max } = mission;
  let willing = 0;
  for (const { first } of servers) {
    const isWilling = Number(isWillingIn(mission, first + environment));
    committed[first + environment] = isWilling;
    willing += isWilling;
  }
  if (willing > max) leaveBest(mission, environment);
  committedIn[environment] = Math.min(willing, max);
  for (const { first } of servers)
    if (committed[first + environment] === 0) for (const { there } of leaves) there[first + environment] = 0;
}

function isWillingIn({ rank, better }: ServedMission, cell: number): boolean {
  if (rank[cell]! < 0) return false;
  for (const one of better) if (one.rank[cell]! >= 0) return false;
  return true;
}

/** More are willing than the mission takes: the best ranks stay, the first agents among equals. */
function leaveBest({ servers, rank, committed, norms, max }: ServedMission, environment: number): void {
  let left = max;
  for (let place = 0; place < norms.length; place++)
    for (const { first } of servers) {
      const cell = first + environment;
      if (committed[cell] === 0 || rank[cell] !== place) continue;
      if (left > 0) left--;
      else committed[cell] = 0;
    }
}

/** A goal that agents of the mission reached just now. */
function pursue(mission: ServedMission, leaf: Leaf, atS: Float64Array, rewards: Float64Array): void {
  const { state, servers, min, committedIn } = mission;
  for (let environment = 0; environment < atS.length; environment++) {
    if (committedIn[environment] === 0 || leaf.open[environment] === 0) continue;
    let count = 0;
    for (const { first } of servers) count += arrive(mission, leaf, first + environment);
    if (count < Math.max(1, min)) continue;
    mission.hasDone[environment] = 1;
    for (const { first } of servers) pay(leaf, first + environment, rewards);
    state.reach(leaf.goal, environment, atS[environment]!);
  }
}

/** 1 where a committed agent has got to the goal by now. */
function arrive({ committed }: ServedMission, { there, standing }: Leaf, cell: number): number {
  if (committed[cell] === 1 && there[cell] === 0 && standing !== undefined)
    there[cell] = standing.table.matches[standing.places[cell]!]!;
  return there[cell]!;
}

function pay({ there, done, worth }: Leaf, cell: number, rewards: Float64Array): void {
  if (there[cell] === 0) return;
  there[cell] = 0;
  done[cell] = 1;
  rewards[cell] = rewards[cell]! + worth;
}

/** An obligation is met by who reached all goals of the mission that can be pursued directly. */
function settleAll({ environments, norms, missions }: Team): void {
  for (const mission of missions)
    for (let environment = 0; environment < environments; environment++)
      if (mission.hasDone[environment] === 1) settle(mission, environment, norms);
}

function settle(mission: ServedMission, environment: number, norms: NormState): void {
  let isLeft = 0;
  for (const { first } of mission.servers) isLeft |= settleCell(mission, first + environment, norms);
  mission.hasDone[environment] = isLeft;
}

/** 1 where some goals are reached and the norm waits for others. */
function settleCell({ leaves, norms: own, rank }: ServedMission, cell: number, norms: NormState): number {
  // A norm that two missions share may just have ended.
  const found = rank[cell]!;
  let reached = 0;
  for (const { done } of leaves) reached += done[cell]!;
  if (found >= 0 && reached < leaves.length) return Number(reached > 0);
  if (found >= 0) norms.meet(own[found]!, cell);
  for (const { done } of leaves) done[cell] = 0;
  return 0;
}

function forget({ committed, leaves }: ServedMission, cell: number): void {
  committed[cell] = 0;
  for (const { there, done } of leaves) {
    there[cell] = 0;
    done[cell] = 0;
  }
}
