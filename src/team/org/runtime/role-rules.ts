import type { Rng } from "../../../core/rng.ts";
import { withAncestors } from "../specification/inheritance.ts";
import type { Organization, Rule } from "../specification/organization.ts";
import type { Assignment } from "../team/assign.ts";
import type { Histories, Standing } from "./histories.ts";
import { type Prohibition, prohibitionsOf } from "./prohibitions.ts";
import { actionLabelBits } from "./what-is-done.ts";

/** The shape of a team's cells: `agent * environments + environment`. */
export type TeamShape = { readonly agents: number; readonly environments: number; readonly actions: number };

/** What rules did so far; sums over all cells. */
export type RuleCounts = {
  /** Steps of a cell in which some rule applied. */
  applied: number;
  /** Of these, with an action that a rule did not allow, though none forbade it for sure. */
  broken: number;
  /** Two rules that together allow nothing: the earlier one was kept. */
  conflicts: number;
};

/**
 * What roles allow, by what happened: `rag` of MOISE+MARL as a mask of actions, with hardness. A hard rule masks. A softer
 * one masks with the probability of its hardness; otherwise what it does not allow can be done, and costs.
 *
 * @source arXiv 2503.23615, §4: the prose; its Definition 1 has the probability the other way round
 */
export type RoleRules = {
  /** 1 where an action may be taken now: [cells][actions]. At least one of each cell. */
  readonly mask: Uint8Array;
  readonly counts: RuleCounts;
  update(rng: Rng): void;
  /** What the actions cost each cell: added to `rewards`. */
  charge(actions: Int32Array, rewards: Float64Array): void;
  /** Rules that forbid the agent of a cell something now, until the histories go on. */
  prohibitions(cell: number): readonly Prohibition[];
};

type Followed = Omit<Rule, "history" | "allow"> & {
  readonly role: string;
  /** Its place among the rules of the role. */
  readonly rule: number;
  readonly standing: Standing;
  readonly allowBits: number;
};

/** Bits of the labels of an action in a cell. */
export type LabelOf = (action: number, cell: number) => number;

type Sources = { readonly histories: Histories; readonly labelOf: LabelOf };

type Ruling = TeamShape & {
  readonly sources: Sources;
  /** Of each action in the cell at hand: [actions]. */
  readonly labels: Uint8Array;
  /** [agents][...] */
  readonly rules: readonly (readonly Followed[])[];
  readonly mask: Uint8Array;
  /** What it costs to take each action now: [cells][actions]; empty where every rule is hard. */
  readonly costs: Float64Array;
  readonly counts: RuleCounts;
  /** 1 where some rule applies to the agent at hand: [environments]. */
  readonly spoken: Uint8Array;
};

export function createRoleRules(
  organization: Organization,
  { roles }: Assignment,
  shape: TeamShape,
  sources: Sources,
): RoleRules {
  const rules = roles.map((own, agent) =>
    rulesOf(organization, own).map(({ role, rule, history, allow, hardness, penalty }): Followed => ({
      role,
      rule,
      standing: sources.histories.standing(sources.histories.follow(history, [agent])),
      allowBits: actionLabelBits(allow),
      hardness,
      penalty,
    })),
  );
  const mask = new Uint8Array(shape.agents * shape.environments * shape.actions).fill(1);
  const counts: RuleCounts = { applied: 0, broken: 0, conflicts: 0 };
  const ruling: Ruling = {
    ...shape,
    sources,
    labels: new Uint8Array(shape.actions),
    rules,
    mask,
    costs: new Float64Array(rules.flat().every(({ hardness }) => hardness === 1) ? 0 : mask.length),
    counts,
    spoken: new Uint8Array(shape.environments),
  };
  return {
    mask,
    counts,
    update: (rng) => ruleAll(ruling, rng),
    charge: (taken, rewards) => charge(ruling, taken, rewards),
    prohibitions: (cell) => prohibitions(ruling, cell),
  };
}

function ruleAll(ruling: Ruling, rng: Rng): void {
  const { rules, environments, counts, spoken } = ruling;
  ruling.mask.fill(1);
  ruling.costs.fill(0);
  for (let agent = 0; agent < rules.length; agent++) {
    const own = rules[agent]!;
    if (own.length === 0) continue;
    findSpoken(own, spoken, agent * environments);
    for (let environment = 0; environment < environments; environment++) {
      if (spoken[environment] === 0) continue;
      counts.applied++;
      ruleCell(ruling, own, agent * environments + environment, rng);
    }
  }
}

/** Where some rule applies. */
function findSpoken(rules: readonly Followed[], spoken: Uint8Array, first: number): void {
  spoken.fill(0);
  for (const { standing } of rules) {
    const { places } = standing;
    const { matches } = standing.table;
    for (let environment = 0; environment < spoken.length; environment++)
      spoken[environment] = spoken[environment]! | matches[places[first + environment]!]!;
  }
}

function ruleCell(ruling: Ruling, rules: readonly Followed[], cell: number, rng: Rng): void {
  // Labels cost more than all else here: only where they are asked for.
  labelAll(ruling, cell);
  for (const one of rules) if (applies(one, cell)) apply(ruling, one, cell, rng);
}

function applies({ standing: { table, places } }: Followed, cell: number): boolean {
  return table.matches[places[cell]!] === 1;
}

function labelAll({ sources, labels }: Ruling, cell: number): void {
  for (let action = 0; action < labels.length; action++) labels[action] = sources.labelOf(action, cell);
}

function apply({ mask, costs, labels, counts, actions }: Ruling, one: Followed, cell: number, rng: Rng): void {
  const { allowBits, hardness, penalty } = one;
  const isHard = hardness === 1 || rng.uniform() < hardness;
  const first = cell * actions;
  let left = 0;
  for (let action = 0; action < actions; action++) left |= (labels[action]! & allowBits) * mask[first + action]!;
  // Where nothing is left, what earlier rules and the game leave counts.
  if (left === 0) counts.conflicts++;
  if (isHard && left > 0) {
    // Without branches: which way they would go changes from action to action.
    for (let action = 0; action < actions; action++)
      mask[first + action] = mask[first + action]! & Number((labels[action]! & allowBits) !== 0);
    return;
  }
  const cost = (1 - hardness) * penalty;
  if (cost === 0) return;
  for (let action = 0; action < actions; action++)
    if ((labels[action]! & allowBits) === 0) costs[first + action] = costs[first + action]! + cost;
}

function charge({ costs, counts, actions }: Ruling, taken: Int32Array, rewards: Float64Array): void {
  if (costs.length === 0) return;
  for (let cell = 0; cell < rewards.length; cell++) {
    const cost = costs[cell * actions + taken[cell]!]!;
    if (cost > 0) counts.broken++;
    rewards[cell] = rewards[cell]! - cost;
  }
}

function prohibitions(ruling: Ruling, cell: number): readonly Prohibition[] {
  const { rules, environments, labels, mask, actions } = ruling;
  const spoken = rules[Math.floor(cell / environments)]!.filter((one) => applies(one, cell));
  if (spoken.length === 0) return [];
  labelAll(ruling, cell);
  return prohibitionsOf(spoken, labels, mask.subarray(cell * actions, (cell + 1) * actions));
}

type NumberedRule = Rule & Pick<Followed, "role" | "rule">;

/** Rules of all roles of an agent and of all they extend, its own first, each once. */
function rulesOf({ roles }: Organization, own: readonly string[]): readonly NumberedRule[] {
  const names = new Set(own.flatMap((role) => withAncestors(roles, role)));
  return [...names].flatMap((role) =>
    roles.get(role)!.rules.map((one, at) => Object.assign({}, one, { role, rule: at })),
  );
}
