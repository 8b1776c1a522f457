import type { Mission, Organization } from "../specification/organization.ts";
import type { GoalCounts, PlanCounts, SchemeState } from "./goals.ts";
import { createScheme } from "./goals.ts";
import type { Histories } from "./histories.ts";
import type { NormState } from "./norms.ts";

/** Who is committed to what, and what they reach. */
export type Missions = {
  readonly goals: readonly GoalCounts[];
  readonly plans: readonly PlanCounts[];
  /** How often a mission had fewer agents than it needs, by mission. */
  readonly short: ReadonlyMap<string, number>;
  /** True where the agent of a cell is committed to the mission now. */
  isCommitted(mission: string, cell: number): boolean;
  /** Commits agents, and pays for the goals they reached: added to `rewards`. */
  update(environment: number, atS: number, rewards: Float64Array): void;
  restart(environment: number, atS: number): void;
};

type Followed = Mission & {
  readonly scheme: string;
  readonly state: SchemeState;
  readonly goalNumbers: readonly number[];
  /** Norms that let agents commit to it, obligations first. */
  readonly norms: readonly number[];
  /** 1 where the agent of a cell is committed. */
  readonly committed: Uint8Array;
  /** 1 where the agent has got to an open goal that others have still to get to: [goals][cells]. */
  readonly there: readonly Uint8Array[];
  /** 1 where the agent has reached a goal since its norm is in force: [goals][cells]. */
  readonly done: readonly Uint8Array[];
};

export function createMissions(
  organization: Organization,
  agents: number,
  environments: number,
  norms: NormState,
  histories: Histories,
): Missions {
  const cells = agents * environments;
  const all = Array.from({ length: cells }, (_, cell) => cell);
  const schemes = organization.schemes.map((scheme) => createScheme(scheme, environments, all, histories));
  const missions = schemes.flatMap((state) =>
    [...state.scheme.missions.values()].map((mission) => followMission(organization, mission, state, cells)),
  );
  const short = new Map(missions.map(({ name }) => [name, 0]));
  const cellsOf = (environment: number): number[] =>
    Array.from({ length: agents }, (_, agent) => agent * environments + environment);

  /** The norm that lets the agent of a cell serve a mission now; -1: none. */
  function normOf(mission: Followed, cell: number): number {
    return mission.norms.find((norm) => norms.ofCell[cell]!.includes(norm) && norms.isInForce(norm, cell)) ?? -1;
  }

  function isOutranked(mission: Followed, cell: number): boolean {
    return organization.preferences.some(
      ({ mission: better, over }) =>
        over === mission.name && missions.some((other) => other.name === better && normOf(other, cell) >= 0),
    );
  }

  function commit(environment: number): void {
    for (const mission of missions) {
      const willing = cellsOf(environment).filter((cell) => normOf(mission, cell) >= 0 && !isOutranked(mission, cell));
      willing.sort((a, b) => mission.norms.indexOf(normOf(mission, a)) - mission.norms.indexOf(normOf(mission, b)));
      for (const cell of cellsOf(environment)) mission.committed[cell] = 0;
      for (const cell of willing.slice(0, mission.max)) mission.committed[cell] = 1;
      if (willing.length > 0 && willing.length < mission.min) short.set(mission.name, short.get(mission.name)! + 1);
    }
  }

  /** Goals of one mission that its agents reached just now. */
  function pursue(mission: Followed, environment: number, atS: number, rewards: Float64Array): void {
    const { state, goalNumbers, min, weight } = mission;
    for (const [k, goal] of goalNumbers.entries()) {
      if (!state.isLeaf(goal) || !state.isOpen(goal, environment)) continue;
      for (const cell of cellsOf(environment))
        if (mission.committed[cell] === 0) mission.there[k]![cell] = 0;
        else if (state.isReachedBy(goal, cell)) mission.there[k]![cell] = 1;
      const there = cellsOf(environment).filter((cell) => mission.there[k]![cell] === 1);
      if (there.length < Math.max(1, min)) continue;
      for (const cell of there) {
        mission.there[k]![cell] = 0;
        mission.done[k]![cell] = 1;
        rewards[cell] = rewards[cell]! + weight * bonusOf(state, goal);
      }
      state.reach(goal, environment, atS);
    }
  }

  /** An obligation is met by who reached all goals of the mission that can be pursued directly. */
  function settle(mission: Followed, environment: number): void {
    const leaves = mission.goalNumbers.flatMap((goal, k) => (mission.state.isLeaf(goal) ? [k] : []));
    for (const cell of cellsOf(environment)) {
      const norm = normOf(mission, cell);
      if (norm < 0) for (const done of mission.done) done[cell] = 0;
      else if (leaves.length > 0 && leaves.every((k) => mission.done[k]![cell] === 1)) {
        norms.meet(norm, cell);
        for (const done of mission.done) done[cell] = 0;
      }
    }
  }

  return {
    goals: schemes.flatMap(({ goals }) => goals),
    plans: schemes.flatMap(({ plans }) => plans),
    short,
    isCommitted: (name, cell) => missions.some((one) => one.name === name && one.committed[cell] === 1),
    update(environment, atS, rewards) {
      commit(environment);
      for (const state of schemes) state.checkTime(environment, atS);
      for (const mission of missions) pursue(mission, environment, atS, rewards);
      for (const mission of missions) settle(mission, environment);
    },
    restart(environment, atS) {
      for (const state of schemes) state.restart(environment, atS);
      for (const { committed, there, done } of missions)
        for (const column of [committed, ...there, ...done]) for (const cell of cellsOf(environment)) column[cell] = 0;
    },
  };
}

function followMission({ norms }: Organization, mission: Mission, state: SchemeState, cells: number): Followed {
  const own = norms.flatMap(({ mission: name }, number) => (name === mission.name ? [number] : []));
  return {
    ...mission,
    state,
    goalNumbers: mission.goals.map((goal) => state.indexOf(goal)),
    norms: own.toSorted((a, b) => Number(norms[b]!.type === "obligation") - Number(norms[a]!.type === "obligation")),
    committed: new Uint8Array(cells),
    there: mission.goals.map(() => new Uint8Array(cells)),
    done: mission.goals.map(() => new Uint8Array(cells)),
  };
}

function bonusOf({ scheme, goals }: SchemeState, goal: number): number {
  const find = (one: typeof scheme.goal): number | undefined =>
    one.id === goals[goal]!.goal ? one.bonus : one.plan?.goals.map(find).find((bonus) => bonus !== undefined);
  return find(scheme.goal) ?? 0;
}
