import type { ServicePlan } from "./plan.ts";
import type { RowsOf } from "./tables-of.ts";

/** How many replicas are ready, [services][environments], and a number for each service that grows when that changes. */
export type ReadyReplicas = { readonly ready: Float64Array; readonly changes: Int32Array };

/** The sojourn tables of one service that hold for as many replicas, and callers, as are ready: [environments]. */
export type RowsNow = {
  readonly rows: readonly Float64Array[];
  /** Where kernels find them, bytes. */
  readonly places: Int32Array;
  /** To be done before a tick. */
  look(replicas: ReadyReplicas): void;
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
  const knownReady = new Float64Array(environments).fill(Number.NaN);
  const knownCalling = new Float64Array(environments);
  let seen = -1;

  function lookUp(e: number, ready: number, calling: number): void {
    knownReady[e] = ready;
    knownCalling[e] = calling;
    const now = rowsOf(ready, calling);
    if (now === rows[e]) return;
    rows[e] = now;
    places[e] = placeOf(now);
  }
  return {
    rows,
    places,
    look({ ready, changes }) {
      const now = changesOf(service, callers, changes);
      if (now === seen) return;
      seen = now;
      for (let e = 0, k = service * environments; e < environments; e++, k++) {
        let calling = 0;
        for (let i = 0; i < callers.length; i++) calling += ready[callers[i]! * environments + e]!;
        if (ready[k] !== knownReady[e] || calling !== knownCalling[e]) lookUp(e, ready[k]!, calling);
      }
    },
  };
}

/** Another number whenever another number of replicas of a service or its callers is ready. */
function changesOf(service: number, callers: readonly number[], changes: Int32Array): number {
  let sum = changes[service]!;
  for (let i = 0; i < callers.length; i++) sum += changes[callers[i]!]!;
  return sum;
}
