import type { Rng } from "../../../core/rng.ts";
import { withAncestors } from "../specification/inheritance.ts";
import type { Organization, Rule } from "../specification/organization.ts";
import type { Assignment } from "../team/assign.ts";
import type { Histories, Standing } from "./histories.ts";
import { type Prohibition, prohibitionsOf } from "./prohibitions.ts";
import { actionLabelBits, actionsWith, labelAction, mostActions, type Sizes } from "./what-is-done.ts";

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

/** What agents choose between: at most {@link mostActions}. */
export type Choice = {
  /** What labels compare with: always the same columns, with the values of when agents last saw. */
  readonly sizes: Sizes;
  /** Replicas that an action asks for in a cell, a whole number by the same values; NaN where unknown. */
  readonly wanted: (action: number, cell: number) => number;
  /** The same of all actions. */
  readonly wantedAll: (cell: number, replicas: Float64Array) => void;
};

type Sources = { readonly histories: Histories; readonly choice: Choice };

type Ruling = TeamShape & {
  readonly sources: Sources;
  /** Replicas that each action asks for in the cell at hand: [actions]. */
  readonly wanted: Float64Array;
  /** [agents][...] */
  readonly rules: readonly (readonly Followed[])[];
  readonly mask: Uint8Array;
  /** What it costs to take each action now: [cells][actions]; empty where every rule is hard. */
  readonly costs: Float64Array;
  readonly counts: RuleCounts;
  /** 1 where some rule applies to the agent at hand: [environments]. */
  readonly spoken: Uint8Array;
  /** These environments, and room for one more. */
  readonly spokenOnes: Int32Array;
};

export function createRoleRules(
  organization: Organization,
  { roles }: Assignment,
  shape: TeamShape,
  sources: Sources,
): RoleRules {
  const rules = roles.map((own, agent) =>
    rulesOf(organization, own).map((one) => followRule(one, agent, sources.histories)),
  );
  if (shape.actions > mostActions)
    throw new RangeError(`expected at most ${mostActions} actions, got ${shape.actions}`);
  const mask = new Uint8Array(shape.agents * shape.environments * shape.actions).fill(1);
  const counts: RuleCounts = { applied: 0, broken: 0, conflicts: 0 };
  const ruling: Ruling = {
    ...shape,
    sources,
    wanted: new Float64Array(shape.actions),
    rules,
    mask,
    costs: new Float64Array(rules.flat().every(({ hardness }) => hardness === 1) ? 0 : mask.length),
    counts,
    spoken: new Uint8Array(shape.environments),
    spokenOnes: new Int32Array(shape.environments + 1),
  };
  return {
    mask,
    counts,
    update: (rng) => ruleAll(ruling, rng),
    charge: (taken, rewards) => charge(ruling, taken, rewards),
    prohibitions: (cell) => prohibitions(ruling, cell),
  };
}

function followRule(one: NumberedRule, agent: number, histories: Histories): Followed {
  const { role, rule, history, allow, hardness, penalty } = one;
  const standing = histories.standing(histories.follow(history, [agent]));
  return { role, rule, standing, allowBits: actionLabelBits(allow), hardness, penalty };
}

function ruleAll(ruling: Ruling, rng: Rng): void {
  const { rules, environments, counts, spokenOnes } = ruling;
  ruling.mask.fill(1);
  ruling.costs.fill(0);
  for (let agent = 0; agent < rules.length; agent++) {
    const own = rules[agent]!;
    if (own.length === 0) continue;
    const first = agent * environments;
    const count = findSpoken(ruling, own, first);
    counts.applied += count;
    for (let k = 0; k < count; k++) ruleCell(ruling, own, first + spokenOnes[k]!, rng);
  }
}

/** In how many environments some rule applies, and in which. */
function findSpoken({ spoken, spokenOnes }: Ruling, rules: readonly Followed[], first: number): number {
  spoken.fill(0);
  for (const { standing } of rules) {
    const { places } = standing;
    const { matches } = standing.table;
    for (let environment = 0; environment < spoken.length; environment++)
      spoken[environment] = spoken[environment]! | matches[places[first + environment]!]!;
  }
  let count = 0;
  for (let environment = 0; environment < spoken.length; environment++) {
    // Without a branch: the next one comes over those where no rule applies.
    spokenOnes[count] = environment;
    count += spoken[environment]!;
  }
  return count;
}

function ruleCell(ruling: Ruling, rules: readonly Followed[], cell: number, rng: Rng): void {
  const { mask, actions, wanted, sources } = ruling;
  sources.choice.wantedAll(cell, wanted);
  let left = 2 ** actions - 1;
  for (const one of rules) if (applies(one, cell)) left = apply(ruling, one, left, cell, rng);
  const first = cell * actions;
  for (let action = 0; action < actions; action++) mask[first + action] = (left >>> action) & 1;
}

function applies({ standing: { table, places } }: Followed, cell: number): boolean {
  return table.matches[places[cell]!] === 1;
}

/** What a rule leaves of what earlier ones left: a bit for each action. */
function apply(ruling: Ruling, one: Followed, left: number, cell: number, rng: Rng): number {
  const { wanted, counts, sources } = ruling;
  const { size, need } = sources.choice.sizes;
  const isHard = one.hardness === 1 || rng.uniform() < one.hardness;
  const allowed = actionsWith(one.allowBits, wanted, size[cell]!, need[cell]!);
  // Where nothing is left, what earlier rules leave counts.
  if ((left & allowed) === 0) counts.conflicts++;
  else if (isHard) return left & allowed;
  price(ruling, one, allowed, cell);
  return left;
}

/** What a rule does not allow costs. */
function price({ costs, actions }: Ruling, { hardness, penalty }: Followed, allowed: number, cell: number): void {
  const cost = (1 - hardness) * penalty;
  if (cost === 0) return;
  const first = cell * actions;
  for (let action = 0; action < actions; action++)
    if (((allowed >>> action) & 1) === 0) costs[first + action] = costs[first + action]! + cost;
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
  const { rules, environments, mask, actions, sources } = ruling;
  const spoken = rules[Math.floor(cell / environments)]!.filter((one) => applies(one, cell));
  if (spoken.length === 0) return [];
  const { sizes, wanted } = sources.choice;
  const labels = Uint8Array.from({ length: actions }, (_, action) =>
    labelAction(wanted(action, cell), sizes.size[cell]!, sizes.need[cell]!),
  );
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
