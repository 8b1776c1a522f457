import type { Arena } from "./arena.ts";

/** Cells of a matrix in which something has changed, each of them once. */
export type ChangedCells = {
  /** The first `count` count. */
  readonly cells: Int32Array;
  /** 1 = among them. */
  readonly isChanged: Uint8Array;
  count: number;
};

export function createChangedCells(cells: number, arena: Arena): ChangedCells {
  return { cells: arena.int32(cells), isChanged: arena.uint8(cells), count: 0 };
}

export function addChanged(changed: ChangedCells, cell: number): void {
  if (changed.isChanged[cell] === 1) return;
  changed.isChanged[cell] = 1;
  changed.cells[changed.count++] = cell;
}

/** All of them have been looked at. */
export function forgetChanged(changed: ChangedCells): void {
  const { cells, isChanged, count } = changed;
  for (let i = 0; i < count; i++) isChanged[cells[i]!] = 0;
  changed.count = 0;
}
