import { elementOf } from "../pattern/automaton.ts";
import type { Pattern } from "../pattern/pattern.ts";
import { actionLabels } from "../specification/action-labels.ts";
import type { Organization } from "../specification/organization.ts";
import { createElements, createMoveTable, type Elements, moveAll, type MoveTable, numberOf } from "./move-table.ts";

/** What happened in each cell since it began, as far as patterns tell it apart. */
export type Histories = {
  /** The number under which a pattern is followed for some agents. */
  follow(pattern: Pattern, agents: readonly number[]): number;
  /** @param bits  labels that hold, of what was seen: [cells] */
  see(bits: Int32Array): void;
  /** @param bits  labels of the action: [cells] */
  act(bits: Int32Array): void;
  /** True where the history of the cell is in the pattern now. */
  isMatch(pattern: number, cell: number): boolean;
  /** The history of the cell begins again, for one pattern or all. */
  restart(cell: number, pattern?: number): void;
};

type Followed = {
  readonly table: MoveTable;
  /** [cells] */
  readonly states: Int32Array;
  /** Cells of its agents, from and to. */
  readonly ranges: readonly (readonly [number, number])[];
};

export function createHistories({ labels }: Organization, agents: number, environments: number): Histories {
  const cells = agents * environments;
  const known = [...labels.keys(), ...Object.keys(actionLabels)];
  const firstActionBit = labels.size;
  /** One for each distinct pattern. */
  const tables = new Map<string, MoveTable>();
  const followed: Followed[] = [];
  const elements = createElements();
  // Sets of action labels come first, so that one is its own number.
  const actionSets = 2 ** Object.keys(actionLabels).length;
  for (let bits = 0; bits < actionSets; bits++) numberOf(elements, elementOf("action", bits << firstActionBit));
  const seen = new Int32Array(cells).fill(-1);
  const numbers = new Int32Array(cells);

  return {
    follow(pattern, own) {
      const name = JSON.stringify(pattern, (_, value) => (value === Infinity ? "*" : value));
      const table = tables.get(name) ?? createMoveTable(pattern, known);
      tables.set(name, table);
      const states = new Int32Array(cells).fill(table.automaton.start);
      const ranges = own.map((agent) => [agent * environments, (agent + 1) * environments] as const);
      return followed.push({ table, states, ranges }) - 1;
    },
    see(bits) {
      // Mostly what was seen before is seen again.
      for (let cell = 0; cell < cells; cell++) {
        if (bits[cell] === seen[cell]) continue;
        seen[cell] = bits[cell]!;
        numbers[cell] = numberOf(elements, elementOf("observation", bits[cell]!));
      }
      advanceAll(followed, numbers, elements);
    },
    act: (bits) => advanceAll(followed, bits, elements),
    isMatch(pattern, cell) {
      const { table, states } = followed[pattern]!;
      return table.matches[states[cell]!] === 1;
    },
    restart(cell, pattern) {
      for (const { states, table } of pattern === undefined ? followed : [followed[pattern]!])
        states[cell] = table.automaton.start;
    },
  };
}

function advanceAll(followed: readonly Followed[], numbers: Int32Array, { words }: Elements): void {
  for (const { table, states, ranges } of followed)
    for (const range of ranges) moveAll(table, states, numbers, words, range);
}
