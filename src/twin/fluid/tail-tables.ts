import type { Arena } from "./arena.ts";
import { shapeTables } from "./latency-tail.ts";
import { upperTail } from "./normal-tail.ts";
import { logTables } from "./quick-log.ts";

/** Puts the tables that tails of latencies are looked up in into a memory: their directory. */
export function placeTailTables(arena: Arena): number {
  const { spreads, scales } = shapeTables;
  const { inverse, logarithm } = logTables;
  return arena.directory(
    [spreads, scales, inverse, logarithm, upperTail].map((table) => {
      const place = arena.float64(table.length);
      place.set(table);
      return place;
    }),
  );
}

/** More than they take. */
export const TAIL_TABLE_BYTES: number = 2 ** 16;
