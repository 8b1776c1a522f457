import type { Rng } from "../../../core/rng.ts";
import { withAncestors } from "../specification/inheritance.ts";
import type { Organization, Rule } from "../specification/organization.ts";
import type { Assignment } from "../team/assign.ts";
import type { Histories } from "./histories.ts";
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
  /** @param labels  of each action in each cell: [cells][actions] */
  update(labels: Uint8Array, rng: Rng): void;
  /** What the actions cost each cell: added to `rewards`. */
  charge(actions: Int32Array, rewards: Float64Array): void;
};

type Followed = Omit<Rule, "history" | "allow"> & { readonly pattern: number; readonly allowBits: number };

export function createRoleRules(
  organization: Organization,
  { roles }: Assignment,
  { agents, environments, actions }: TeamShape,
  histories: Histories,
): RoleRules {
  const rules = Array.from({ length: agents }, (_, agent) => rulesOf(organization, roles[agent]!));
  const followed = rules.map((own, agent) => {
    const cells = Array.from({ length: environments }, (_, environment) => agent * environments + environment);
    return own.map(({ history, allow, hardness, penalty }): Followed => ({
      pattern: histories.follow(history, cells),
      allowBits: actionLabelBits(allow),
      hardness,
      penalty,
    }));
  });
  const mask = new Uint8Array(agents * environments * actions).fill(1);
  /** What it costs to take each action now: [cells][actions]. */
  const costs = new Float64Array(mask.length);
  const isRuled = new Uint8Array(agents * environments);
  const allowed = new Uint8Array(actions);
  const counts: RuleCounts = { applied: 0, broken: 0, conflicts: 0 };

  function apply(rule: Followed, cell: number, labels: Uint8Array, rng: Rng): void {
    const at = cell * actions;
    const isHard = rule.hardness === 1 || rng.uniform() < rule.hardness;
    let left = 0;
    for (let action = 0; action < actions; action++) {
      allowed[action] = (labels[at + action]! & rule.allowBits) === 0 ? 0 : 1;
      left += allowed[action]! & mask[at + action]!;
    }
    // Where nothing is left, what earlier rules and the game leave counts.
    if (left === 0) counts.conflicts++;
    for (let action = 0; action < actions; action++) {
      if (allowed[action] === 1) continue;
      if (isHard && left > 0) mask[at + action] = 0;
      else costs[at + action] = costs[at + action]! + (1 - rule.hardness) * rule.penalty;
    }
  }

  return {
    mask,
    counts,
    update(labels, rng) {
      mask.fill(1);
      costs.fill(0);
      isRuled.fill(0);
      for (let cell = 0; cell < isRuled.length; cell++) {
        for (const rule of followed[Math.floor(cell / environments)]!) {
          if (!histories.isMatch(rule.pattern, cell)) continue;
          isRuled[cell] = 1;
          apply(rule, cell, labels, rng);
        }
        counts.applied += isRuled[cell]!;
      }
    },
    charge(taken, rewards) {
      for (let cell = 0; cell < isRuled.length; cell++) {
        const cost = costs[cell * actions + taken[cell]!]!;
        if (cost > 0) counts.broken++;
        rewards[cell] = rewards[cell]! - cost;
      }
    },
  };
}

/** Rules of all roles of an agent and of all they extend, its own first, each once. */
function rulesOf({ roles }: Organization, own: readonly string[]): readonly Rule[] {
  const names = new Set(own.flatMap((role) => withAncestors(roles, role)));
  return [...names].flatMap((name) => roles.get(name)!.rules);
}
