/** A rollout's columns: [steps][agents][environments], flat, row by row. */
export type RolloutShape = {
  readonly steps: number;
  readonly agents: number;
  readonly environments: number;
  readonly groupSize: number;
};

/**
 * Generalised advantages. Where an episode was ended by the clock, the value of the state it reached still counts, but
 * nothing flows back over the border.
 *
 * @param ended  [steps][environments]
 * @param nextValues  of the states each step reached, before new episodes started
 * @source Schulman et al., High-Dimensional Continuous Control Using GAE (arXiv 1506.02438), eq. 16
 */
export function generalisedAdvantages(
  shape: RolloutShape,
  columns: {
    readonly rewards: Float64Array;
    readonly values: Float64Array;
    readonly nextValues: Float64Array;
    readonly ended: Uint8Array;
    readonly advantages: Float64Array;
  },
  gamma: number,
  lambda: number,
): void {
  const { rewards, values, nextValues, ended, advantages } = columns;
  const rows = shape.agents * shape.environments;
  for (let row = 0; row < rows; row++) {
    const environment = row % shape.environments;
    let carried = 0;
    for (let step = shape.steps - 1; step >= 0; step--) {
      const at = step * rows + row;
      if (ended[step * shape.environments + environment] === 1) carried = 0;
      carried = rewards[at]! + gamma * nextValues[at]! - values[at]! + gamma * lambda * carried;
      advantages[at] = carried;
    }
  }
}

/**
 * Takes away what the whole group had in common at each step: surges that hit every replica of the traffic alike say
 * nothing about an action.
 *
 * @param alive  1 where an agent took part; empty where all did
 */
export function subtractGroupMeans(shape: RolloutShape, advantages: Float64Array, alive: Uint8Array): void {
  const { groupSize } = shape;
  for (let at = 0; at < advantages.length; at += groupSize) {
    let living = 0;
    for (let k = 0; k < groupSize; k++) if (alive[at + k] !== 0) living++;
    let mean = 0;
    for (let k = 0; k < groupSize; k++) if (alive[at + k] !== 0) mean += advantages[at + k]! / living;
    for (let k = 0; k < groupSize; k++) advantages[at + k] = advantages[at + k]! - mean;
  }
}

/** Divides each group's advantages by the root of their rms, so that calm traffic teaches too. */
export function scaleByGroup(shape: RolloutShape, advantages: Float64Array): void {
  const { environments, groupSize } = shape;
  const groups = environments / groupSize;
  const squares = new Float64Array(groups);
  for (let at = 0; at < advantages.length; at++) {
    const group = Math.floor((at % environments) / groupSize);
    squares[group] = squares[group]! + advantages[at]! ** 2;
  }
  const scales = squares.map((sum) => 1 / (Math.sqrt(Math.sqrt((sum * groups) / advantages.length)) + 1e-8));
  for (let at = 0; at < advantages.length; at++)
    advantages[at] = advantages[at]! * scales[Math.floor((at % environments) / groupSize)]!;
}

/**
 * To mean 0 and standard deviation 1, then into ± `limit`.
 *
 * @param alive  1 where an agent took part, and its advantage counts in mean and deviation; empty where all did
 */
export function standardise(advantages: Float64Array, limit: number, alive: Uint8Array): void {
  const { mean, deviation } = momentsOf(livePart(advantages, alive));
  for (let at = 0; at < advantages.length; at++)
    advantages[at] = Math.min(limit, Math.max(-limit, (advantages[at]! - mean) / (deviation + 1e-8)));
}

/** Values of samples whose agents took part; all where `alive` is empty. */
export function livePart(values: Float64Array, alive: Uint8Array): Float64Array {
  return alive.length === 0 ? values : values.filter((_, at) => alive[at] === 1);
}

export function momentsOf(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / values.length) };
}
