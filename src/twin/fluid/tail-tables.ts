import type { Arena } from "./arena.ts";
import { shapeTables } from "./latency-tail.ts";
import { upperTail } from "./normal-tail.ts";
import { logTables } from "./quick-log.ts";

/** Puts the tables that tails of latencies are looked up in into a memory. */
export function placeTailTables(arena: Arena): readonly Float64Array[] {
  const { spreads, scales } = shapeTables;
  return [spreads, scales, logPairs(), upperTail].map((table) => {
    const place = arena.float64(table.length);
    place.set(table);
    return place;
  });
}

/** Tables, and rows to work in: what kernels/fluid/tail.ts takes. Its directory. */
export function tailDirectory(tables: readonly Float64Array[], environments: number, arena: Arena): number {
  return arena.directory([...tables, ...Array.from({ length: WORK_ROWS }, () => arena.float64(environments))]);
}

const WORK_ROWS = 6;

/** 1 / the middle of each slice and the logarithm of that middle, side by side. */
function logPairs(): Float64Array {
  const { inverse, logarithm } = logTables;
  const pairs = new Float64Array(inverse.length * 2);
  for (let i = 0; i < inverse.length; i++) {
    pairs[i * 2] = inverse[i]!;
    pairs[i * 2 + 1] = logarithm[i]!;
  }
  return pairs;
}

/** More than they take. */
export const TAIL_TABLE_BYTES: number = 2 ** 16;
