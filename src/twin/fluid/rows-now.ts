import type { ServicePlan } from "./plan.ts";
import type { RowsOf } from "./tables-of.ts";

/** The sojourn tables of one service that hold for as many replicas, and callers, as are ready: [environments]. */
export type RowsNow = {
  readonly rows: readonly Float64Array[];
  /** Where kernels find them, bytes. */
  readonly places: Int32Array;
  /** To be done before a tick where another number of them is ready. @param ready  [services][environments] */
  look(environment: number, ready: Float64Array): void;
};

export type RowsNowParts = {
  readonly rowsOf: RowsOf;
  readonly places: Int32Array;
  /** Where kernels find a table. */
  readonly placeOf: (rows: Float64Array) => number;
};

export function createRowsNow(service: number, { callers }: ServicePlan, parts: RowsNowParts): RowsNow {
  const { rowsOf, places, placeOf } = parts;
  const environments = places.length;
  const none = new Float64Array(0);
  const rows: Float64Array[] = Array.from({ length: environments }, () => none);
  return {
    rows,
    places,
    look(e, ready) {
      let calling = 0;
      for (let i = 0; i < callers.length; i++) calling += ready[callers[i]! * environments + e]!;
      const now = rowsOf(ready[service * environments + e]!, calling);
      if (now === rows[e]) return;
      rows[e] = now;
      places[e] = placeOf(now);
    },
  };
}
