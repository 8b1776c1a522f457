import { type Goal, goalsOf, type Plan, type Scheme } from "../specification/organization.ts";
import type { Histories, Standing } from "./histories.ts";

/** One goal of a scheme, with its place in the tree. */
type Node = {
  readonly goal: Goal;
  readonly parent: number;
  readonly children: readonly number[];
  /** Who can commit to it. */
  readonly agents: readonly number[];
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
  /** 1 where the goal can be pursued now: [environments]. Kept up to date. */
  open(goal: number): Uint8Array;
  /** Agents' own histories since a leaf was opened: those that match reach it. */
  standing(goal: number): Standing | undefined;
  /** Has these cells forgotten where the goal is opened: 0 for all agents of the environment. @param cells  [cells] */
  forgetOnOpen(goal: number, cells: Uint8Array): void;
  /** Marks a leaf as reached, and whatever follows from it. */
  reach(goal: number, environment: number, atS: number): void;
  /** Goals that took too long are counted, and their time begins again. */
  checkTime(atS: Float64Array): void;
  restart(environment: number, atS: number): void;
};

type Tree = {
  readonly environments: number;
  readonly histories: Histories;
  readonly nodes: readonly Node[];
  /** 1 where it is so: [goals][environments]. */
  readonly reached: readonly Uint8Array[];
  readonly open: readonly Uint8Array[];
  /** When a goal was opened, s: [goals][environments]. */
  readonly openedS: readonly Float64Array[];
  /** What is forgotten where a goal is opened: [goals][...][cells]. */
  readonly forgotten: readonly Uint8Array[][];
  readonly goals: readonly GoalCounts[];
  readonly plans: readonly PlanCounts[];
};

/** @param agentsOf  agents that can commit to a goal: the others' histories do not matter to it */
export function createScheme(
  scheme: Scheme,
  environments: number,
  histories: Histories,
  agentsOf: (goal: string) => readonly number[],
): SchemeState {
  const tree = plantTree(scheme, environments, histories, agentsOf);
  const { nodes, open } = tree;
  const timed = [...nodes.keys()].filter((node) => nodes[node]!.goal.withinS < Number.POSITIVE_INFINITY);
  return {
    scheme,
    goals: tree.goals,
    plans: tree.plans.filter((_, node) => nodes[node]!.children.length > 0),
    indexOf: (name) => nodes.findIndex(({ goal }) => goal.id === name),
    isLeaf: (node) => nodes[node]!.children.length === 0,
    open: (node) => open[node]!,
    standing: (node) => (nodes[node]!.pattern < 0 ? undefined : histories.standing(nodes[node]!.pattern)),
    forgetOnOpen: (node, cells) => void tree.forgotten[node]!.push(cells),
    reach: (node, environment, atS) => reach(tree, node, environment, atS),
    checkTime: (atS) => timed.forEach((node) => checkTime(tree, node, atS)),
    restart: (environment, atS) => restart(tree, environment, atS),
  };
}

function plantTree(
  scheme: Scheme,
  environments: number,
  histories: Histories,
  agentsOf: (goal: string) => readonly number[],
): Tree {
  const nodes = nodesOf(scheme.goal, agentsOf, histories);
  return {
    environments,
    histories,
    nodes,
    reached: nodes.map(() => new Uint8Array(environments)),
    open: nodes.map(() => new Uint8Array(environments)),
    openedS: nodes.map(() => new Float64Array(environments)),
    forgotten: nodes.map(() => []),
    goals: nodes.map(({ goal }): GoalCounts => ({ goal: goal.id, reached: 0, late: 0 })),
    plans: nodes.map(({ goal }) => countsOf(goal)),
  };
}

function openGoal(tree: Tree, node: number, environment: number, atS: number): void {
  const { environments, histories } = tree;
  tree.open[node]![environment] = 1;
  tree.reached[node]![environment] = 0;
  tree.openedS[node]![environment] = atS;
  const { goal, agents, children, pattern } = tree.nodes[node]!;
  // What happened before does not count.
  if (pattern >= 0) for (const agent of agents) histories.restart(agent * environments + environment, pattern);
  for (const cells of tree.forgotten[node]!)
    for (let cell = environment; cell < cells.length; cell += environments) cells[cell] = 0;
  const count = goal.plan?.operator === "sequence" ? 1 : children.length;
  for (let k = 0; k < count; k++) openGoal(tree, children[k]!, environment, atS);
}

function close(tree: Tree, node: number, environment: number): void {
  tree.open[node]![environment] = 0;
  for (const child of tree.nodes[node]!.children) close(tree, child, environment);
}

function reach(tree: Tree, node: number, environment: number, atS: number): void {
  tree.reached[node]![environment] = 1;
  tree.goals[node]!.reached++;
  close(tree, node, environment);
  const { parent } = tree.nodes[node]!;
  if (parent < 0) return restart(tree, environment, atS);
  const { goal, children } = tree.nodes[parent]!;
  const left = children.find((child) => tree.reached[child]![environment] === 0);
  if (goal.plan!.operator === "choice" || left === undefined) {
    tree.plans[parent]!.succeeded++;
    reach(tree, parent, environment, atS);
  } else if (goal.plan!.operator === "sequence") openGoal(tree, left, environment, atS);
}

function restart(tree: Tree, environment: number, atS: number): void {
  for (const open of tree.open) open[environment] = 0;
  for (const reached of tree.reached) reached[environment] = 0;
  openGoal(tree, 0, environment, atS);
}

function checkTime({ nodes, open, openedS, goals, plans }: Tree, node: number, atS: Float64Array): void {
  const { goal, parent } = nodes[node]!;
  const [isOpen, since] = [open[node]!, openedS[node]!];
  for (let environment = 0; environment < atS.length; environment++) {
    if (isOpen[environment] === 0 || !(atS[environment]! - since[environment]! > goal.withinS)) continue;
    goals[node]!.late++;
    if (parent >= 0) plans[parent]!.failed++;
    since[environment] = atS[environment]!;
  }
}

/** The tree as a list, every parent before its children. */
function nodesOf(root: Goal, agentsOf: (goal: string) => readonly number[], histories: Histories): readonly Node[] {
  const all = goalsOf(root);
  const childrenOf = ({ plan }: Goal): readonly number[] => (plan?.goals ?? []).map((child) => all.indexOf(child));
  return all.map((goal, at) => ({
    goal,
    parent: all.findIndex((other) => childrenOf(other).includes(at)),
    children: childrenOf(goal),
    agents: agentsOf(goal.id),
    pattern: goal.reached === undefined ? -1 : histories.follow(goal.reached, agentsOf(goal.id)),
  }));
}

function countsOf({ id, plan }: Goal): PlanCounts {
  return { goal: id, expectedRate: (plan satisfies Plan | undefined)?.successRate ?? 1, succeeded: 0, failed: 0 };
}
