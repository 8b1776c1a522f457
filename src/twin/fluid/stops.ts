import { type Arena, createHeapArena } from "./arena.ts";

/** Where replicas of services stand still at a moment, their CPU budget used up: [services][environments]. */
export type Stops = {
  /** Share of the time, [0, 1). */
  readonly share: Float64Array;
  /** What is left of a stop at such a moment, in the mean, ms, > 0. */
  readonly restMs: Float64Array;
};

export function createStops(cells: number, arena: Arena = createHeapArena()): Stops {
  return { share: arena.float64(cells), restMs: arena.float64(cells).fill(1) };
}
