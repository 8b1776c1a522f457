import { isKindOf } from "../specification/inheritance.ts";
import type { Norm, Organization } from "../specification/organization.ts";
import type { Assignment } from "../team/assign.ts";
import type { Histories, Standing } from "./histories.ts";

/** What became of a norm over all agents it is for. */
export type NormCounts = {
  readonly norm: string;
  /** How often it came into force. */
  inForce: number;
  met: number;
  unmet: number;
};

/** Norms in force, by cell. A norm with a condition comes into force when the history fits, and ends met or unmet. */
export type NormState = {
  readonly counts: readonly NormCounts[];
  /** True where the norm is for the agent. */
  isFor(norm: number, agent: number): boolean;
  /** Since when a norm is in force, s; NaN where it is not: [cells]. Kept up to date. */
  sinceS(norm: number): Float64Array;
  /** Tells of every cell in which the norm comes into force or ends. */
  onChange(norm: number, changed: (cell: number) => void): void;
  /** Brings norms into force. @param atS  time of each environment's episode, s */
  begin(atS: Float64Array): void;
  /** The mission's goals are reached: an obligation is met. */
  meet(norm: number, cell: number): void;
  /** Obligations whose time is over cost, and end. */
  charge(atS: Float64Array, rewards: Float64Array): void;
  restart(environment: number): void;
};

type Watched = Pick<Norm, "type" | "withinS" | "penalty"> & {
  /** Number of its condition in the histories; -1: none. */
  readonly pattern: number;
  readonly standing: Standing | undefined;
  readonly agents: readonly number[];
  /** Since when it is in force, s; NaN where it is not: [cells]. */
  readonly sinceS: Float64Array;
  readonly counts: NormCounts;
  /** To be told of changes. */
  readonly listeners: ((cell: number) => void)[];
};

export function createNorms(
  organization: Organization,
  assignment: Assignment,
  environments: number,
  histories: Histories,
): NormState {
  const watched = organization.norms.map((norm) => watch(organization, norm, assignment, environments, histories));
  const timed = watched.filter(({ type, withinS }) => type === "obligation" && withinS < Number.POSITIVE_INFINITY);
  return {
    counts: watched.map(({ counts }) => counts),
    isFor: (norm, agent) => watched[norm]!.agents.includes(agent),
    sinceS: (norm) => watched[norm]!.sinceS,
    onChange: (norm, changed) => void watched[norm]!.listeners.push(changed),
    begin(atS) {
      for (const norm of watched) for (const agent of norm.agents) begin(norm, agent, atS);
    },
    meet(norm, cell) {
      watched[norm]!.counts.met++;
      end(watched[norm]!, cell, histories);
    },
    charge(atS, rewards) {
      for (const norm of timed) for (const agent of norm.agents) charge(norm, agent, atS, rewards, histories);
    },
    restart(environment) {
      for (const norm of watched)
        for (const agent of norm.agents) end(norm, agent * environments + environment, histories);
    },
  };
}

function watch(
  { roles: all }: Organization,
  { id, type, role, when, withinS, penalty }: Norm,
  { roles }: Assignment,
  environments: number,
  histories: Histories,
): Watched {
  const agents = [...roles.keys()].filter((agent) => roles[agent]!.some((own) => isKindOf(all, own, role)));
  const pattern = when === undefined ? -1 : histories.follow(when, agents);
  return {
    type,
    withinS,
    penalty,
    pattern,
    standing: pattern < 0 ? undefined : histories.standing(pattern),
    agents,
    sinceS: new Float64Array(roles.length * environments).fill(Number.NaN),
    counts: { norm: id, inForce: 0, met: 0, unmet: 0 },
    listeners: [],
  };
}

function begin({ standing, sinceS, counts, listeners }: Watched, agent: number, atS: Float64Array): void {
  const first = agent * atS.length;
  for (let environment = 0; environment < atS.length; environment++) {
    const cell = first + environment;
    if (!Number.isNaN(sinceS[cell]!)) continue;
    if (standing !== undefined && standing.table.matches[standing.places[cell]!] === 0) continue;
    sinceS[cell] = atS[environment]!;
    counts.inForce++;
    for (const changed of listeners) changed(cell);
  }
}

function charge(norm: Watched, agent: number, atS: Float64Array, rewards: Float64Array, histories: Histories): void {
  const { sinceS, withinS, penalty, counts } = norm;
  const first = agent * atS.length;
  for (let environment = 0; environment < atS.length; environment++) {
    const cell = first + environment;
    // Never so where it is not in force.
    if (!(atS[environment]! - sinceS[cell]! > withinS)) continue;
    counts.unmet++;
    rewards[cell] = rewards[cell]! - penalty;
    end(norm, cell, histories);
  }
}

function end({ pattern, sinceS, listeners }: Watched, cell: number, histories: Histories): void {
  sinceS[cell] = Number.NaN;
  if (pattern >= 0) histories.restart(cell, pattern);
  for (const changed of listeners) changed(cell);
}
