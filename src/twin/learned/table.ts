import { type ColumnKind, type StateLayout, toEven } from "./state.ts";
import type { Query, Transition } from "./transition.ts";

/** One visited cell: how often, and the mean of what came next. */
export type Cell = { count: number; readonly next: Float64Array };

/** What came next wherever something was seen before: exact, and silent everywhere else. */
export type Table = {
  readonly cells: Map<string, Cell>;
  add(transition: Transition): void;
  /** Undefined where it was never visited. */
  find(query: Query): Cell | undefined;
};

/** Width of a bin on the even scale: replicas one by one, shares of a tenth, rates of 22 %, queues and times of 2. */
const widths: Readonly<Record<ColumnKind, number>> = { count: 1, share: 0.1, rate: 0.2, amount: 0.7 };
/** Numbers that all cells hold together: bounds memory at large topologies. A full table takes no new cells. */
const MOST_NUMBERS = 4_000_000;

/** @source KARMA (arXiv 2505.21559): exact lookup where (state, action) was seen; bins are ours, theirs are not given */
export function createTable(layout: StateLayout, cells: Map<string, Cell> = new Map()): Table {
  const mostCells = Math.max(1, Math.floor(MOST_NUMBERS / layout.size));
  return {
    cells,
    find: (query) => cells.get(keyOf(layout, query)),
    add(transition) {
      const key = keyOf(layout, transition);
      const cell = cells.get(key);
      if (cell !== undefined) addTo(cell, transition.next);
      else if (cells.size < mostCells) cells.set(key, { count: 1, next: transition.next.slice() });
    },
  };
}

function addTo(cell: Cell, next: Float64Array): void {
  cell.count++;
  for (let k = 0; k < next.length; k++) cell.next[k]! += (next[k]! - cell.next[k]!) / cell.count;
}

function keyOf({ kinds, given, telling }: StateLayout, { state, next }: Query): string {
  const bin = (values: Float64Array, column: number): number => {
    const kind = kinds[column]!;
    return Math.round(toEven(kind, values[column]!) / widths[kind]);
  };
  return [...telling.map((column) => bin(state, column)), ...given.map((column) => bin(next, column))].join(",");
}
