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
      for (const mission of missions) for (const agent of all) forget(mission, agent * environments + environment);
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
  return { schemes, missions };
}

/** Step by step over all environments: each step reads and writes few columns. */
function update(team: Team, atS: Float64Array, rewards: Float64Array): void {
  const { schemes, missions, short } = team;
  for (const mission of missions) rankAll(mission);
  for (const mission of missions) short.set(mission.name, short.get(mission.name)! + commitAll(mission));
  for (const state of schemes) state.checkTime(atS);
  for (const mission of missions) for (const leaf of mission.leaves) pursue(mission, leaf, atS, rewards);
  settleAll(team);
}

/** Finds who may serve a mission now, and where it matters. */
function rankAll(mission: ServedMission): void {
  const { servers, busy, busyOnes } = mission;
  for (const server of servers) rankServer(mission, server);
  let count = 0;
  for (let environment = 0; environment < busy.length; environment++) {
    if (busy[environment] === 0) continue;
    if (isOver(mission, environment)) busy[environment] = 0;
    else busyOnes[count++] = environment;
  }
  mission.busyCount = count;
}

function rankServer({ rank, busy }: ServedMission, { first, ways }: Server): void {
  // The best way last, so that it stays.
  for (let way = ways.length - 1; way >= 0; way--) {
    const { rank: place, sinceS } = ways[way]!;
    const isFirst = way === ways.length - 1;
    for (let environment = 0; environment < busy.length; environment++) {
      const cell = first + environment;
      const before = isFirst ? -1 : rank[cell]!;
      // Without a branch: NaN is more than nothing.
      const isInForce = Number(sinceS[cell]! > Number.NEGATIVE_INFINITY);
      rank[cell] = before + isInForce * (place - before);
      busy[environment] = busy[environment]! | isInForce;
    }
  }
}

function rankOf(ways: Server["ways"], cell: number): number {
  for (const { rank, sinceS } of ways) if (!Number.isNaN(sinceS[cell]!)) return rank;
  return -1;
}

/** True where no norm is in force, and nothing is left that a step without one would take away. */
function isOver({ servers, rank, committed, leaves }: ServedMission, environment: number): boolean {
  for (const { first } of servers) {
    const cell = first + environment;
    if (rank[cell]! >= 0 || committed[cell] === 1) return false;
    for (const { there, done } of leaves) if (there[cell] === 1 || done[cell] === 1) return false;
  }
  return true;
}

/** Those who are obliged commit first, then those who may; at most so many as the mission takes. How often too few do. */
function commitAll(mission: ServedMission): number {
  const { servers, committed, busyOnes, busyCount, min, max } = mission;
  let shortOf = 0;
  for (let k = 0; k < busyCount; k++) {
    const environment = busyOnes[k]!;
    let willing = 0;
    for (const { first } of servers) {
      const isWilling = Number(isWillingIn(mission, first + environment));
      committed[first + environment] = isWilling;
      willing += isWilling;
    }
    if (willing > max) leaveBest(mission, environment);
    if (willing > 0 && willing < min) shortOf++;
  }
  return shortOf;
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
  const { state, servers, min, busyOnes, busyCount } = mission;
  for (let k = 0; k < busyCount; k++) {
    const environment = busyOnes[k]!;
    if (leaf.open[environment] === 0) continue;
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
  if (committed[cell] === 0) there[cell] = 0;
  else if (there[cell] === 0 && standing !== undefined) there[cell] = standing.table.matches[standing.places[cell]!]!;
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
  for (const { first, ways } of mission.servers) isLeft |= settleCell(mission, ways, first + environment, norms);
  mission.hasDone[environment] = isLeft;
}

/** 1 where some goals are reached and the norm waits for others. */
function settleCell(
  { leaves, norms: own }: ServedMission,
  ways: Server["ways"],
  cell: number,
  norms: NormState,
): number {
  // A norm that two missions share may just have ended.
  const found = rankOf(ways, cell);
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
