import type { Mission, Organization } from "../specification/organization.ts";
import { createScheme, type GoalCounts, type PlanCounts, type SchemeState } from "./goals.ts";
import type { Histories } from "./histories.ts";
import type { NormState } from "./norms.ts";

/** Who is committed to what, and what they reach. */
export type Missions = {
  readonly goals: readonly GoalCounts[];
  readonly plans: readonly PlanCounts[];
  /** How often a mission had fewer agents than it needs, by mission. */
  readonly short: ReadonlyMap<string, number>;
  /** Commits agents, and pays for the goals they reached: added to `rewards`. */
  update(environment: number, atS: number, rewards: Float64Array): void;
  restart(environment: number, atS: number): void;
};

/** A goal of a mission that its agents pursue directly. */
type Leaf = {
  readonly goal: number;
  /** What reaching it is worth to an agent. */
  readonly worth: number;
  /** 1 where the agent has got to the open goal, and others have still to get to it: [cells]. */
  readonly there: Uint8Array;
  /** 1 where the agent has reached it since its norm is in force: [cells]. */
  readonly done: Uint8Array;
};

type Followed = Pick<Mission, "name" | "min" | "max"> & {
  readonly state: SchemeState;
  readonly leaves: readonly Leaf[];
  /** Norms that let agents commit to it, obligations first. */
  readonly norms: readonly number[];
  /** Agents that some of these norms are for. */
  readonly agents: readonly number[];
  /** Norms, as places in `norms`, that are for an agent: [agents][...]. */
  readonly ranks: readonly (readonly number[])[];
  /** Missions that come before it. */
  readonly better: Followed[];
  /** The norm that lets the agent of a cell serve it now, as a place in `norms`; -1: none. */
  readonly rank: Int32Array;
  /** 1 where the agent of a cell is committed. */
  readonly committed: Uint8Array;
  /** 1 where no norm is in force and nothing is left of one that was: [environments]. */
  readonly idle: Uint8Array;
};

type Team = {
  readonly environments: number;
  readonly norms: NormState;
  readonly missions: readonly Followed[];
  readonly short: Map<string, number>;
  /** Rank of the norm that makes an agent willing; -1: none: [agents]. */
  readonly willing: Int32Array;
};

export function createMissions(
  organization: Organization,
  agents: number,
  environments: number,
  norms: NormState,
  histories: Histories,
): Missions {
  const all = Array.from({ length: agents }, (_, agent) => agent);
  const { schemes, missions } = followAll(organization, all, environments, norms, histories);
  const short = new Map(missions.map(({ name }) => [name, 0]));
  const team: Team = { environments, norms, missions, short, willing: new Int32Array(agents) };
  return {
    goals: schemes.flatMap(({ goals }) => goals),
    plans: schemes.flatMap(({ plans }) => plans),
    short,
    update(environment, atS, rewards) {
      for (const mission of missions) rankAll(team, mission, environment);
      for (const mission of missions) if (mission.idle[environment] === 0) commit(team, mission, environment);
      for (const state of schemes) state.checkTime(environment, atS);
      for (const mission of missions)
        if (mission.idle[environment] === 0) pursue(mission, environment, environments, atS, rewards);
      for (const mission of missions) if (mission.idle[environment] === 0) settle(team, mission, environment);
    },
    restart(environment, atS) {
      for (const state of schemes) state.restart(environment, atS);
      for (const mission of missions) for (const agent of all) forget(mission, agent * environments + environment);
    },
  };
}

function followAll(
  organization: Organization,
  all: readonly number[],
  environments: number,
  norms: NormState,
  histories: Histories,
): { readonly schemes: readonly SchemeState[]; readonly missions: readonly Followed[] } {
  const canCommit = (mission: string, agent: number): boolean =>
    organization.norms.some((norm, number) => norm.mission === mission && norms.isFor(number, agent));
  const schemes = organization.schemes.map((scheme) =>
    createScheme(scheme, environments, histories, (goal) => {
      const own = [...scheme.missions.values()].filter(({ goals }) => goals.includes(goal));
      return all.filter((agent) => own.some(({ name }) => canCommit(name, agent)));
    }),
  );
  const missions = schemes.flatMap((state) =>
    [...state.scheme.missions.values()].map((one) => followMission(organization, one, state, all, environments, norms)),
  );
  for (const { mission: better, over } of organization.preferences)
    for (const mission of missions)
      if (mission.name === over) mission.better.push(...missions.filter(({ name }) => name === better));
  return { schemes, missions };
}

function followMission(
  { norms: all }: Organization,
  mission: Mission,
  state: SchemeState,
  agents: readonly number[],
  environments: number,
  normState: NormState,
): Followed {
  const own = all.flatMap(({ mission: name }, number) => (name === mission.name ? [number] : []));
  const norms = own.toSorted((a, b) => Number(all[b]!.type === "obligation") - Number(all[a]!.type === "obligation"));
  const ranks = agents.map((agent) => [...norms.keys()].filter((rank) => normState.isFor(norms[rank]!, agent)));
  const column = (): Uint8Array => new Uint8Array(agents.length * environments);
  const leaves = mission.goals.map((goal) => state.indexOf(goal)).filter((goal) => state.isLeaf(goal));
  return {
    name: mission.name,
    min: mission.min,
    max: mission.max,
    state,
    leaves: leaves.map((goal) => ({
      goal,
      worth: mission.weight * bonusOf(state, goal),
      there: column(),
      done: column(),
    })),
    norms,
    agents: agents.filter((agent) => ranks[agent]!.length > 0),
    ranks,
    better: [],
    rank: new Int32Array(agents.length * environments).fill(-1),
    committed: column(),
    idle: new Uint8Array(environments),
  };
}

/** Finds who may serve a mission now. */
function rankAll({ environments, norms }: Team, mission: Followed, environment: number): void {
  let isAny = false;
  for (const agent of mission.agents) {
    const cell = agent * environments + environment;
    const rank = rankOf(mission, agent, cell, norms);
    mission.rank[cell] = rank;
    if (rank >= 0) isAny = true;
  }
  if (isAny) mission.idle[environment] = 0;
  else if (mission.idle[environment] === 0) mission.idle[environment] = Number(isClean(mission, environment));
}

function rankOf({ ranks, norms }: Followed, agent: number, cell: number, state: NormState): number {
  for (const rank of ranks[agent]!) if (state.isInForce(norms[rank]!, cell)) return rank;
  return -1;
}

/** True where nothing is left that a step without a norm in force would take away. */
function isClean({ agents, committed, leaves, idle }: Followed, environment: number): boolean {
  for (const agent of agents) {
    const cell = agent * idle.length + environment;
    if (committed[cell] === 1) return false;
    for (const { there, done } of leaves) if (there[cell] === 1 || done[cell] === 1) return false;
  }
  return true;
}

function isOutranked({ better }: Followed, cell: number): boolean {
  for (const { rank } of better) if (rank[cell]! >= 0) return true;
  return false;
}

/** Those who are obliged commit first, then those who may; at most so many as the mission takes. */
function commit({ environments, willing, short }: Team, mission: Followed, environment: number): void {
  let count = 0;
  for (const agent of mission.agents) {
    const cell = agent * environments + environment;
    const rank = mission.rank[cell]!;
    const isWilling = rank >= 0 && !isOutranked(mission, cell);
    willing[agent] = isWilling ? rank : -1;
    count += Number(isWilling);
    mission.committed[cell] = 0;
  }
  let left = Math.min(count, mission.max);
  for (let rank = 0; left > 0; rank++)
    for (const agent of mission.agents) {
      if (willing[agent] !== rank || left <= 0) continue;
      mission.committed[agent * environments + environment] = 1;
      left--;
    }
  if (count > 0 && count < mission.min) short.set(mission.name, short.get(mission.name)! + 1);
}

/** Goals of one mission that its agents reached just now. */
function pursue(
  mission: Followed,
  environment: number,
  environments: number,
  atS: number,
  rewards: Float64Array,
): void {
  const { state, leaves, agents, min } = mission;
  for (const leaf of leaves) {
    if (!state.isOpen(leaf.goal, environment)) continue;
    let count = 0;
    for (const agent of agents) count += arrive(mission, leaf, agent * environments + environment);
    if (count < Math.max(1, min)) continue;
    for (const agent of agents) {
      const cell = agent * environments + environment;
      if (leaf.there[cell] === 0) continue;
      leaf.there[cell] = 0;
      leaf.done[cell] = 1;
      rewards[cell] = rewards[cell]! + leaf.worth;
    }
    state.reach(leaf.goal, environment, atS);
  }
}

/** 1 where a committed agent has got to the goal by now. */
function arrive({ committed, state }: Followed, { goal, there }: Leaf, cell: number): number {
  if (committed[cell] === 0) there[cell] = 0;
  else if (there[cell] === 0 && state.isReachedBy(goal, cell)) there[cell] = 1;
  return there[cell]!;
}

/** An obligation is met by who reached all goals of the mission that can be pursued directly. */
function settle({ environments, norms }: Team, mission: Followed, environment: number): void {
  const { leaves } = mission;
  if (leaves.length === 0) return;
  for (const agent of mission.agents) {
    const cell = agent * environments + environment;
    // A norm that two missions share may just have ended.
    const rank = mission.rank[cell]! < 0 ? -1 : rankOf(mission, agent, cell, norms);
    if (rank >= 0) {
      if (!isAllDone(leaves, cell)) continue;
      norms.meet(mission.norms[rank]!, cell);
    }
    for (const { done } of leaves) done[cell] = 0;
  }
}

function isAllDone(leaves: readonly Leaf[], cell: number): boolean {
  for (const { done } of leaves) if (done[cell] === 0) return false;
  return true;
}

function forget({ committed, leaves }: Followed, cell: number): void {
  committed[cell] = 0;
  for (const { there, done } of leaves) {
    there[cell] = 0;
    done[cell] = 0;
  }
}

function bonusOf({ scheme, goals }: SchemeState, goal: number): number {
  const find = (one: typeof scheme.goal): number | undefined =>
    one.id === goals[goal]!.goal ? one.bonus : one.plan?.goals.map(find).find((bonus) => bonus !== undefined);
  return find(scheme.goal) ?? 0;
}
