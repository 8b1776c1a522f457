/** Mean factor on work by the mean number of requests in work in a replica: [CELLS + 1], from none to all slots. */
export type GrowthCurve = {
  readonly slots: number;
  /** Where their number varies as it does in one queue for the CPU. */
  readonly queueing: Float64Array;
  /** Where they wait for others, and come and go by themselves. */
  readonly waiting: Float64Array;
};

const CELLS = 64;
const HALVINGS = 40;
/** Powers of e between which the parameter of a distribution is looked for. */
const STEEPEST = 20;

/** @param table  factor of a request that begins as the 1st, 2nd, … in work: [slots] */
export function growthCurve(table: readonly number[]): GrowthCurve {
  const slots = table.length;
  const flat = new Float64Array(slots + 1);
  // Logarithms of 1 / k!.
  const factorial = new Float64Array(slots + 1);
  for (let k = 1; k <= slots; k++) factorial[k] = factorial[k - 1]! - Math.log(k);
  const curveOf = (base: Float64Array): Float64Array =>
    Float64Array.from({ length: CELLS + 1 }, (_, cell) => meanFactor(table, base, (slots * cell) / CELLS));
  return { slots, queueing: curveOf(flat), waiting: curveOf(factorial) };
}

/**
 * Mean factor where the number of requests found has this mean. It is distributed as base × parameter^k on 0 … slots:
 * of a flat base geometric, as in a processor-sharing queue; of 1 / k! Poisson, cut off as Erlang has it.
 */
function meanFactor(table: readonly number[], base: Float64Array, mean: number): number {
  const slots = table.length;
  if (mean <= 0) return table[0]!;
  if (mean >= slots) return table[slots - 1]!;
  const weights = new Float64Array(slots + 1);
  let [low, high] = [-STEEPEST, STEEPEST];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (weigh(weights, base, middle) > mean) high = middle;
    else low = middle;
  }
  // Whoever finds all slots taken waits, and begins as the last of them.
  return weights.reduce((sum, weight, k) => sum + weight * table[Math.min(k, slots - 1)]!, 0);
}

/** Writes the probabilities; returns their mean. */
function weigh(weights: Float64Array, base: Float64Array, logParameter: number): number {
  let most = -Infinity;
  for (let k = 0; k < base.length; k++) most = Math.max(most, base[k]! + k * logParameter);
  let total = 0;
  for (let k = 0; k < base.length; k++) total += weights[k] = Math.exp(base[k]! + k * logParameter - most);
  let mean = 0;
  for (let k = 0; k < base.length; k++) mean += k * (weights[k]! /= total);
  return mean;
}

/** @param cpu  mean requests that have or want CPU; @param held  mean requests that wait for something else */
export function growthAt({ slots, queueing, waiting }: GrowthCurve, cpu: number, held: number): number {
  const mean = cpu + held;
  if (!(mean > 0)) return queueing[0]!;
  if (mean >= slots) return queueing[CELLS]!;
  const x = (mean * CELLS) / slots;
  const cell = x | 0;
  const part = x - cell;
  // The variance is mean + cpu²: it lies between the two as this share does.
  const share = (cpu / mean) ** 2;
  const low = waiting[cell]! + (queueing[cell]! - waiting[cell]!) * share;
  const high = waiting[cell + 1]! + (queueing[cell + 1]! - waiting[cell + 1]!) * share;
  return low + (high - low) * part;
}
