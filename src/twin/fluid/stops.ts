/** Where replicas of services stand still at a moment, their CPU budget used up: [services][environments]. */
export type Stops = {
  /** Share of the time, [0, 1). */
  readonly share: Float64Array;
  /** What is left of a stop at such a moment, in the mean, ms, > 0. */
  readonly restMs: Float64Array;
};

export function createStops(cells: number): Stops {
  return { share: new Float64Array(cells), restMs: new Float64Array(cells).fill(1) };
}
