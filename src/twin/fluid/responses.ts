import { type Arena, createHeapArena } from "./arena.ts";
import { type Calm, createCalm } from "./calm.ts";

/** What a request to each endpoint meets, its calls included. Matrices are [nodes][environments]. */
export type Responses = {
  readonly meanMs: Float64Array;
  readonly variance: Float64Array;
  /** Third central moment, ms³. */
  readonly third: Float64Array;
  /** Probability that it is answered well, [0, 1]. */
  readonly ok: Float64Array;
  /** Requests that no service on their way delays. */
  readonly calm: Calm;
};

export function createResponses(cells: number, arena: Arena = createHeapArena()): Responses {
  const matrix = (): Float64Array => arena.float64(cells);
  return { meanMs: matrix(), variance: matrix(), third: matrix(), ok: matrix(), calm: createCalm(cells, arena) };
}
