import { elementOf } from "../pattern/automaton.ts";
import { labelsOf, type Pattern } from "../pattern/pattern.ts";
import { actionLabels } from "../specification/action-labels.ts";
import type { Organization } from "../specification/organization.ts";
import {
  createElements,
  createMoveTable,
  type Elements,
  moveAll,
  type MoveTable,
  numberOf,
  settleAct,
  startOf,
} from "./move-table.ts";

/** What happened in each cell since it began, as far as patterns tell it apart. */
export type Histories = {
  /** The number under which a pattern is followed for some agents. */
  follow(pattern: Pattern, agents: readonly number[]): number;
  /** Where the histories of all cells stand in a pattern. */
  standing(pattern: number): Standing;
  /** Labels of what is seen that patterns of an agent ask for, as bits. */
  askedOfSeen(agent: number): number;
  /** Labels of what is done that patterns of an agent ask for, as bits. */
  askedOfDone(agent: number): number;
  /** @param bits  labels that hold, of what was seen, those asked for at least: [cells] */
  see(bits: Int32Array): void;
  /** @param bits  labels of the action, those asked for at least: [cells] */
  act(bits: Int32Array): void;
  /** True where the history of the cell is in the pattern now. */
  isMatch(pattern: number, cell: number): boolean;
  /** The history of the cell begins again, for one pattern or all. */
  restart(cell: number, pattern?: number): void;
};

/** For a quick look between `see` and `act`: a cell matches where `table.matches[places[cell]]` is 1. */
export type Standing = {
  readonly table: MoveTable;
  /** As the table numbers them: [cells]. */
  readonly places: Int32Array;
};

type Range = readonly [from: number, to: number];

type Followed = Standing & {
  /** Cells of its agents. */
  readonly ranges: readonly Range[];
};

type Store = {
  readonly environments: number;
  /** Labels of what is seen, then those of what is done. */
  readonly labels: readonly string[];
  readonly labelsSeen: number;
  readonly followed: Followed[];
  /** One for each distinct pattern. */
  readonly tables: Map<string, MoveTable>;
  readonly elements: Elements;
  /** Numbers of elements by the bits of what was seen, -1 = not met yet. */
  readonly numbers: Int32Array;
  /** Numbers of the elements at hand: [cells]. */
  readonly now: Int32Array;
  /** Bits that patterns ask for: [agents]. */
  readonly asked: Int32Array;
  /** True where something was done since something was seen. */
  hasActed: boolean;
};

/** Sets of labels that are looked up in an array; where there are more labels, in a map. */
const MOST_NUMBERS = 2 ** 12;

export function createHistories({ labels }: Organization, agents: number, environments: number): Histories {
  const store: Store = {
    environments,
    labels: [...labels.keys(), ...Object.keys(actionLabels)],
    labelsSeen: labels.size,
    followed: [],
    tables: new Map(),
    elements: createElements(),
    numbers: new Int32Array(Math.min(MOST_NUMBERS, 2 ** labels.size)).fill(-1),
    now: new Int32Array(agents * environments),
    asked: new Int32Array(agents),
    // Nothing was seen yet, so that no action is due.
    hasActed: true,
  };
  // Sets of action labels come first, so that one is its own number.
  const actionSets = 2 ** Object.keys(actionLabels).length;
  for (let bits = 0; bits < actionSets; bits++) numberOf(store.elements, elementOf("action", bits << store.labelsSeen));
  return {
    follow: (pattern, own) => follow(store, pattern, own),
    standing: (pattern) => store.followed[pattern]!,
    askedOfSeen: (agent) => store.asked[agent]! & (2 ** store.labelsSeen - 1),
    askedOfDone: (agent) => store.asked[agent]! >>> store.labelsSeen,
    see: (bits) => see(store, bits),
    act: (bits) => act(store, bits),
    isMatch: (pattern, cell) => isMatch(store, store.followed[pattern]!, cell),
    restart(cell, pattern) {
      if (pattern === undefined) for (const one of store.followed) restart(store, one, cell);
      else restart(store, store.followed[pattern]!, cell);
    },
  };
}

function follow(store: Store, pattern: Pattern, agents: readonly number[]): number {
  const { tables, labels, environments, followed, asked, now } = store;
  const name = JSON.stringify(pattern, (_, value) => (value === Infinity ? "*" : value));
  const bits = labelsOf(pattern).reduce((all, label) => all | (1 << labels.indexOf(label)), 0);
  const table = tables.get(name) ?? createMoveTable(pattern, labels, bits >>> store.labelsSeen === 0);
  tables.set(name, table);
  for (const agent of agents) asked[agent] = asked[agent]! | bits;
  const places = new Int32Array(now.length).fill(startOf(table, false));
  const ranges = agents.map((agent): Range => [agent * environments, (agent + 1) * environments]);
  return followed.push({ table, places, ranges }) - 1;
}

/** Finds the elements that were seen. */
function number({ elements, numbers, now }: Store, bits: Int32Array): void {
  for (let cell = 0; cell < now.length; cell++) {
    const known = bits[cell]! < numbers.length ? numbers[bits[cell]!]! : -1;
    now[cell] = known >= 0 ? known : meet(elements, numbers, bits[cell]!);
  }
}

function meet(elements: Elements, numbers: Int32Array, bits: number): number {
  const met = numberOf(elements, elementOf("observation", bits));
  if (bits < numbers.length) numbers[bits] = met;
  return met;
}

function see(store: Store, bits: Int32Array): void {
  const { followed, elements, now } = store;
  number(store, bits);
  for (const { table, places, ranges } of followed)
    for (const range of ranges) {
      if (table.isBlindToActions && !store.hasActed) forgetAct(places, range);
      moveAll(table, places, now, elements.words, range);
    }
  store.hasActed = false;
}

function act(store: Store, bits: Int32Array): void {
  const { followed, elements } = store;
  for (const { table, places, ranges } of followed)
    for (const range of ranges)
      if (!table.isBlindToActions) moveAll(table, places, bits, elements.words, range);
      else if (store.hasActed) actAgain(table, places, range);
  store.hasActed = true;
}

/** Nothing was done before what is seen now. */
function forgetAct(places: Int32Array, [from, to]: Range): void {
  for (let cell = from; cell < to; cell++) places[cell] = places[cell]! | 1;
}

/** An action after an action: the first is taken into account, the second is due. */
function actAgain(table: MoveTable, places: Int32Array, [from, to]: Range): void {
  for (let cell = from; cell < to; cell++) places[cell] = settleAct(table, places[cell]!) & ~1;
}

function isMatch({ hasActed }: Store, { table, places }: Followed, cell: number): boolean {
  const place = table.isBlindToActions && hasActed ? settleAct(table, places[cell]!) : places[cell]!;
  return table.matches[place] === 1;
}

function restart({ hasActed }: Store, { table, places }: Followed, cell: number): void {
  places[cell] = startOf(table, table.isBlindToActions && !hasActed);
}
