import type { ServicePlan } from "./plan.ts";
import { CELL_VALUES, SOJOURN_CELLS, type SojournTables, tabulateSojourn } from "./sojourn-table.ts";
import type { Station } from "./sojourn.ts";

/** Values of a cell as a tick looks them up: those of the sojourn table, and the gain. */
export const ROW_VALUES: number = CELL_VALUES + 1;

/** The sojourn table for so many replicas and callers: [SOJOURN_CELLS + 1][ROW_VALUES]; the same one each time. */
export type RowsOf = (replicas: number, callers: number) => Float64Array;

/** That of a service: the same one whenever it is asked for. */
export type TablesOf = (service: Pick<ServicePlan, "station" | "timeScale">) => RowsOf;

/** Tables take long to make, so that all who play the same plan share them. */
export function sharedTables(tickMs: number): TablesOf {
  const made = new WeakMap<Station, RowsOf>();
  return ({ station, timeScale }) => {
    const before = made.get(station);
    if (before !== undefined) return before;
    const rowsOf = withGain(tabulateSojourn(station, tickMs, timeScale));
    made.set(station, rowsOf);
    return rowsOf;
  };
}

/** What is looked up together stands together. */
function withGain(tables: SojournTables): RowsOf {
  const made = new Map<Float64Array, Float64Array>();
  return (replicas, callers) => {
    const table = tables.at(replicas, callers);
    const before = made.get(table);
    if (before !== undefined) return before;
    const rows = new Float64Array((SOJOURN_CELLS + 1) * ROW_VALUES);
    for (let cell = 0; cell <= SOJOURN_CELLS; cell++) {
      rows.set(table.subarray(cell * CELL_VALUES, (cell + 1) * CELL_VALUES), cell * ROW_VALUES);
      rows[cell * ROW_VALUES + CELL_VALUES] = tables.gain[cell]!;
    }
    made.set(table, rows);
    return rows;
  };
}
