import { type Goal, goalsOf, type Plan, type Scheme } from "../specification/organization.ts";
import type { Histories } from "./histories.ts";

/** One goal of a scheme, with its place in the tree. */
type Node = {
  readonly goal: Goal;
  readonly parent: number;
  readonly children: readonly number[];
  /** Pattern of `reached` in the histories; -1 for a goal with a plan. */
  readonly pattern: number;
};

/** What became of a goal over all environments. */
export type GoalCounts = { readonly goal: string; reached: number; late: number };

/** How a plan did beside what it promises. */
export type PlanCounts = {
  readonly goal: string;
  readonly expectedRate: number;
  succeeded: number;
  /** A goal of it came late. */
  failed: number;
};

/**
 * The goals of one scheme in every environment: which can be pursued, which are reached. A sequence opens its goals one
 * by one, a choice and a parallel plan all at once; a choice is reached with its first goal, the others with all. Where
 * the root is reached, the scheme begins again.
 */
export type SchemeState = {
  readonly scheme: Scheme;
  readonly goals: readonly GoalCounts[];
  readonly plans: readonly PlanCounts[];
  /** Index of a goal by its name. */
  indexOf(goal: string): number;
  /** True where the goal has no plan of its own: agents pursue it directly. */
  isLeaf(goal: number): boolean;
  /** True where the goal can be pursued now. */
  isOpen(goal: number, environment: number): boolean;
  /** True where an agent's own history since the goal was opened reaches it. */
  isReachedBy(goal: number, cell: number): boolean;
  /** Marks a leaf as reached, and whatever follows from it. */
  reach(goal: number, environment: number, atS: number): void;
  /** Goals that took too long are counted, and their time begins again. */
  checkTime(environment: number, atS: number): void;
  restart(environment: number, atS: number): void;
};

export function createScheme(
  scheme: Scheme,
  environments: number,
  cells: readonly number[],
  histories: Histories,
): SchemeState {
  const nodes = nodesOf(scheme.goal, (goal) =>
    goal.reached === undefined ? -1 : histories.follow(goal.reached, cells),
  );
  const reached = nodes.map(() => new Uint8Array(environments));
  const open = nodes.map(() => new Uint8Array(environments));
  /** When a goal was opened, s. */
  const openedS = nodes.map(() => new Float64Array(environments));
  const goals = nodes.map(({ goal }): GoalCounts => ({ goal: goal.id, reached: 0, late: 0 }));
  const plans = nodes.map(({ goal }) => countsOf(goal));

  function openGoal(node: number, environment: number, atS: number): void {
    open[node]![environment] = 1;
    reached[node]![environment] = 0;
    openedS[node]![environment] = atS;
    const { goal, children, pattern } = nodes[node]!;
    // What happened before does not count.
    if (pattern >= 0)
      for (const cell of cells) if (cell % environments === environment) histories.restart(cell, pattern);
    const first = goal.plan?.operator === "sequence" ? children.slice(0, 1) : children;
    for (const child of first) openGoal(child, environment, atS);
  }

  function close(node: number, environment: number): void {
    open[node]![environment] = 0;
    for (const child of nodes[node]!.children) close(child, environment);
  }

  function reach(node: number, environment: number, atS: number): void {
    reached[node]![environment] = 1;
    goals[node]!.reached++;
    close(node, environment);
    const { parent } = nodes[node]!;
    if (parent < 0) return restart(environment, atS);
    const { goal, children } = nodes[parent]!;
    const left = children.filter((child) => reached[child]![environment] === 0);
    if (goal.plan!.operator === "choice" || left.length === 0) {
      plans[parent]!.succeeded++;
      reach(parent, environment, atS);
    } else if (goal.plan!.operator === "sequence") openGoal(left[0]!, environment, atS);
  }

  function restart(environment: number, atS: number): void {
    for (let node = 0; node < nodes.length; node++) {
      open[node]![environment] = 0;
      reached[node]![environment] = 0;
    }
    openGoal(0, environment, atS);
  }

  function checkTime(environment: number, atS: number): void {
    for (let node = 0; node < nodes.length; node++) {
      const { goal, parent } = nodes[node]!;
      const isLate = atS - openedS[node]![environment]! > goal.withinS;
      if (open[node]![environment] === 0 || !isLate) continue;
      goals[node]!.late++;
      if (parent >= 0) plans[parent]!.failed++;
      openedS[node]![environment] = atS;
    }
  }

  return {
    scheme,
    goals,
    plans: plans.filter((_, node) => nodes[node]!.children.length > 0),
    indexOf: (name) => nodes.findIndex(({ goal }) => goal.id === name),
    isLeaf: (node) => nodes[node]!.children.length === 0,
    isOpen: (node, environment) => open[node]![environment] === 1,
    isReachedBy: (node, cell) => nodes[node]!.pattern >= 0 && histories.isMatch(nodes[node]!.pattern, cell),
    reach,
    checkTime,
    restart,
  };
}

/** The tree as a list, every parent before its children. */
function nodesOf(root: Goal, follow: (goal: Goal) => number): readonly Node[] {
  const all = goalsOf(root);
  const childrenOf = ({ plan }: Goal): readonly number[] => (plan?.goals ?? []).map((child) => all.indexOf(child));
  return all.map((goal, at) => ({
    goal,
    parent: all.findIndex((other) => childrenOf(other).includes(at)),
    children: childrenOf(goal),
    pattern: follow(goal),
  }));
}

function countsOf({ id, plan }: Goal): PlanCounts {
  return { goal: id, expectedRate: (plan satisfies Plan | undefined)?.successRate ?? 1, succeeded: 0, failed: 0 };
}
