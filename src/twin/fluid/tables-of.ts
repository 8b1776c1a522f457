import type { CpuQuota } from "../../control/loop/cpu-quota.ts";
import type { ServicePlan } from "./plan.ts";
import {
  CELL_VALUES,
  PLACES,
  SOJOURN_CELLS,
  type SojournTables,
  tablePlace,
  tabulateSojourn,
} from "./sojourn-table.ts";
import type { Station } from "./sojourn.ts";

/** Values of a cell as a tick looks them up: those of the sojourn table, and the gain. */
export const ROW_VALUES: number = CELL_VALUES + 1;

/** What the tables of a service take at most, with room between them, bytes. */
export const tableBytes: number = PLACES * ((SOJOURN_CELLS + 1) * ROW_VALUES * Float64Array.BYTES_PER_ELEMENT + 128);

/** The sojourn table for so many replicas and callers: [SOJOURN_CELLS + 1][ROW_VALUES]; the same one each time. */
export type RowsOf = (replicas: number, callers: number) => Float64Array;

/** That of a service: the same one whenever it is asked for. */
export type TablesOf = (service: Pick<ServicePlan, "station" | "timeScale">) => RowsOf;

/** Tables take long to make, so that all who play the same plan share them. */
export function sharedTables(tickMs: number, cpuQuota?: CpuQuota): TablesOf {
  const made = new WeakMap<Station, RowsOf>();
  return ({ station, timeScale }) => {
    const before = made.get(station);
    if (before !== undefined) return before;
    const rowsOf = withGain(tabulateSojourn(station, tickMs, timeScale, cpuQuota));
    made.set(station, rowsOf);
    return rowsOf;
  };
}

/** What is looked up together stands together. */
function withGain({ at, gain }: SojournTables): RowsOf {
  const made: (Float64Array | undefined)[] = Array.from({ length: PLACES });
  return (replicas, callers) => {
    const place = tablePlace(replicas, callers);
    return (made[place] ??= joined(at(replicas, callers), gain));
  };
}

function joined(table: Float64Array, gain: Float64Array): Float64Array {
  const rows = new Float64Array((SOJOURN_CELLS + 1) * ROW_VALUES);
  for (let cell = 0; cell <= SOJOURN_CELLS; cell++) {
    rows.set(table.subarray(cell * CELL_VALUES, (cell + 1) * CELL_VALUES), cell * ROW_VALUES);
    rows[cell * ROW_VALUES + CELL_VALUES] = gain[cell]!;
  }
  return rows;
}
