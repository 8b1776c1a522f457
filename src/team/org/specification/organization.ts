import type { Pattern } from "../pattern/pattern.ts";

/**
 * Who a team is, what it is for, and what its members must and may do.
 *
 * @source Hübner, Sichman & Boissier, Developing organised multi-agent systems using the MOISE+ model (2007)
 */
export type Organization = {
  readonly name: string;
  readonly labels: ReadonlyMap<string, readonly Condition[]>;
  readonly roles: ReadonlyMap<string, Role>;
  /** The whole team; its subgroups stand in it. */
  readonly group: Group;
  readonly schemes: readonly Scheme[];
  readonly preferences: readonly Preference[];
  readonly norms: readonly Norm[];
};

/** What an agent can see of its service or of the entry; docs/organization.md says what each is. */
export const orgSignals = [
  "cpu",
  "ready",
  "desired",
  "pending",
  "arrivals_per_s",
  "queued",
  "queued_per_replica",
  "dropped_per_s",
  "wait_ms",
  "load_to_capacity",
  "need_to_size",
  "entry_arrivals_per_s",
  "entry_violating_share",
  "entry_latency_ms",
] as const;
export type OrgSignal = (typeof orgSignals)[number];

/** Holds where the signal is known, above `above` and below `below`. */
export type Condition = { readonly signal: OrgSignal; readonly above: number; readonly below: number };

export type Role = {
  readonly name: string;
  /** Roles whose links, compatibilities, norms and rules this one has too: only the direct ones. */
  readonly parents: readonly string[];
  /** Nobody plays it; it exists to be extended. */
  readonly isAbstract: boolean;
  /** Who plays it: names of services, or `entry`, `leaf`, `bottleneck`, `all`. */
  readonly services: readonly string[];
  readonly rules: readonly Rule[];
};

/** After which history which actions are allowed. */
export type Rule = {
  readonly history: Pattern;
  /** Labels of actions; an action is allowed that has one of them. */
  readonly allow: readonly string[];
  /** 1: nothing else can happen. Below: something else happens with probability 1 - hardness of its own, and costs. */
  readonly hardness: number;
  /** What something else costs, in rewards; weighed by 1 - hardness. */
  readonly penalty: number;
};

/** How many; `max` may be infinity. */
export type Cardinality = { readonly min: number; readonly max: number };

export type Group = Cardinality & {
  readonly id: string;
  readonly roles: ReadonlyMap<string, Cardinality>;
  readonly links: readonly Link[];
  readonly compatibilities: readonly Compatibility[];
  readonly subgroups: readonly Group[];
};

export const linkTypes = ["acquaintance", "communication", "authority"] as const;
export type LinkType = (typeof linkTypes)[number];

export type Relation = {
  readonly from: string;
  readonly to: string;
  /** `intra`: of agents in one group; `inter`: of agents in different groups. */
  readonly scope: "intra" | "inter";
  readonly isBidirectional: boolean;
  readonly extendsToSubgroups: boolean;
};
export type Link = Relation & { readonly type: LinkType };
/** Who plays `from` may play `to` as well. Without one, an agent has one role. */
export type Compatibility = Relation;

export type Scheme = {
  readonly id: string;
  readonly goal: Goal;
  readonly missions: ReadonlyMap<string, Mission>;
};

export type Goal = {
  readonly id: string;
  /** When a goal without a plan is reached. */
  readonly reached: Pattern | undefined;
  /** Earned once, by every agent committed to a mission with it. */
  readonly bonus: number;
  /** Time to reach it from when it can be pursued, s; infinity: no hurry. */
  readonly withinS: number;
  readonly plan: Plan | undefined;
};

export type Plan = {
  /** All in order, one of them, or all in any order. */
  readonly operator: "sequence" | "choice" | "parallel";
  /** How often the plan is expected to work, (0, 1]. */
  readonly successRate: number;
  readonly goals: readonly Goal[];
};

export type Mission = Cardinality & {
  readonly name: string;
  readonly scheme: string;
  readonly goals: readonly string[];
  /** Of its bonuses in the reward. */
  readonly weight: number;
};

export type Preference = { readonly mission: string; readonly over: string };

export type Norm = {
  readonly id: string;
  readonly type: "obligation" | "permission";
  readonly role: string;
  readonly mission: string;
  /** Undefined: always in force. */
  readonly when: Pattern | undefined;
  /** Time to commit and reach the mission's goals, s; infinity: no deadline. */
  readonly withinS: number;
  /** What an unmet obligation costs, in rewards. */
  readonly penalty: number;
};

/** All goals of a tree, the root first. */
export function goalsOf(goal: Goal): readonly Goal[] {
  return [goal, ...(goal.plan?.goals ?? []).flatMap(goalsOf)];
}

/** A group and all groups inside it, itself first. */
export function groupsOf(group: Group): readonly Group[] {
  return [group, ...group.subgroups.flatMap(groupsOf)];
}
