import type { Mission, Organization } from "../specification/organization.ts";
import type { SchemeState } from "./goals.ts";
import type { Standing } from "./histories.ts";
import type { NormState } from "./norms.ts";

/** A mission with whatever its agents did about it. */
export type ServedMission = Pick<Mission, "name" | "min" | "max"> & {
  readonly state: SchemeState;
  readonly leaves: readonly Leaf[];
  /** Norms that let agents commit to it, obligations first. */
  readonly norms: readonly number[];
  /** Agents that some of these norms are for. */
  readonly servers: readonly Server[];
  /** Missions that come before it. */
  readonly better: ServedMission[];
  /** The norm that lets the agent of a cell serve it now, as a place in `norms`; -1: none: [cells]. */
  readonly rank: Int32Array;
  /** 1 where the agent of a cell is committed. */
  readonly committed: Uint8Array;
  /** Agents that are committed: [environments]. */
  readonly committedIn: Int32Array;
  /** Environments in which somebody has committed, but fewer than it needs. */
  shortIn: number;
  /** 1 where norms for it or for a better mission came into force or ended: [environments]. */
  readonly isChanged: Uint8Array;
  /** These environments; the first `changedCount` of them. */
  readonly changedOnes: Int32Array;
  changedCount: number;
  /** 1 where an agent has reached a goal since its norm is in force: [environments]. */
  readonly hasDone: Uint8Array;
};

/** A goal of a mission that its agents pursue directly. */
export type Leaf = {
  readonly goal: number;
  /** What reaching it is worth to an agent. */
  readonly worth: number;
  /** 1 where it can be pursued: [environments]. */
  readonly open: Uint8Array;
  readonly standing: Standing | undefined;
  /** 1 where the agent has got to the open goal, and others have still to get to it: [cells]. */
  readonly there: Uint8Array;
  /** 1 where the agent has reached it since its norm is in force: [cells]. */
  readonly done: Uint8Array;
};

export type Server = {
  /** Its first cell. */
  readonly first: number;
  /** Norms that are for it, best first: places in `norms`, and since when each is in force. */
  readonly ways: readonly { readonly rank: number; readonly sinceS: Float64Array }[];
};

export function serveMission(
  { norms: all }: Organization,
  mission: Mission,
  state: SchemeState,
  agents: readonly number[],
  environments: number,
  normState: NormState,
): ServedMission {
  const cells = agents.length * environments;
  const own = all.flatMap(({ mission: name }, number) => (name === mission.name ? [number] : []));
  const norms = own.toSorted((a, b) => Number(all[b]!.type === "obligation") - Number(all[a]!.type === "obligation"));
  const servers = agents.map((agent): Server => ({
    first: agent * environments,
    ways: norms.flatMap((norm, rank) =>
      normState.isFor(norm, agent) ? [{ rank, sinceS: normState.sinceS(norm) }] : [],
    ),
  }));
  const leaves = mission.goals.map((goal) => state.indexOf(goal)).filter((goal) => state.isLeaf(goal));
  return {
    name: mission.name,
    min: mission.min,
    max: mission.max,
    state,
    leaves: leaves.map((goal) => leafOf(state, goal, mission.weight, cells)),
    norms,
    servers: servers.filter(({ ways }) => ways.length > 0),
    better: [],
    rank: new Int32Array(cells).fill(-1),
    committed: new Uint8Array(cells),
    committedIn: new Int32Array(environments),
    shortIn: 0,
    isChanged: new Uint8Array(environments),
    changedOnes: new Int32Array(environments),
    changedCount: 0,
    hasDone: new Uint8Array(environments),
  };
}

function leafOf(state: SchemeState, goal: number, weight: number, cells: number): Leaf {
  const there = new Uint8Array(cells);
  state.forgetOnOpen(goal, there);
  return {
    goal,
    worth: weight * bonusOf(state, goal),
    open: state.open(goal),
    standing: state.standing(goal),
    there,
    done: new Uint8Array(cells),
  };
}

function bonusOf({ scheme, goals }: SchemeState, goal: number): number {
  const find = (one: typeof scheme.goal): number | undefined =>
    one.id === goals[goal]!.goal ? one.bonus : one.plan?.goals.map(find).find((bonus) => bonus !== undefined);
  return find(scheme.goal) ?? 0;
}
