import type { Rng } from "../../core/rng.ts";
import { momentsOf } from "./advantages.ts";
import { type Batch, firstSample, type MiniBatch, type Sequences } from "./ppo-gradient.ts";

/** Equal parts, but for one sample, of what an epoch goes through. */
export function miniBatchesOf(count: number, parts: number): readonly MiniBatch[] {
  return Array.from({ length: parts }, (_, part) => ({
    from: Math.floor((count * part) / parts),
    to: Math.floor((count * (part + 1)) / parts),
  }));
}

/** @source Fisher & Yates, as in Knuth, The Art of Computer Programming 2, algorithm P */
export function shuffle(order: Int32Array, rng: Rng): void {
  for (let k = order.length - 1; k > 0; k--) {
    const other = rng.integer(k + 1);
    const moved = order[k]!;
    order[k] = order[other]!;
    order[other] = moved;
  }
}

/**
 * Agents of all environments in any order, the steps of each one after another.
 *
 * @param order  of the samples whose agents took part; overwritten
 * @param steps  of the rollout
 */
export function shuffleAgents(
  order: Int32Array,
  steps: number,
  { advantages, alive }: Pick<Batch, "advantages" | "alive">,
  rng: Rng,
): void {
  const rows = Int32Array.from({ length: advantages.length / steps }, (_, row) => row);
  shuffle(rows, rng);
  let at = 0;
  for (const row of rows)
    for (let sample = row; sample < advantages.length; sample += rows.length)
      if (alive[sample] !== 0) order[at++] = sample;
}

/**
 * Advantages of each mini-batch to mean 0 and standard deviation 1, then into ± `limit`. All of an epoch at once: other
 * threads take the columns when it begins.
 *
 * @param raw  advantages as they were before the first epoch: [samples]
 * @source Huang et al., The 37 implementation details of PPO, detail 7
 */
export function standardiseEach(
  miniBatches: readonly MiniBatch[],
  { order, advantages }: Pick<Batch, "order" | "advantages">,
  sequences: Sequences | undefined,
  raw: Float64Array,
  limit: number,
): void {
  const { steps, rows } = sequences ?? { steps: 1, rows: 1 };
  for (const { from, to } of miniBatches) {
    const samples = new Int32Array((to - from) * steps);
    for (let k = 0; k < samples.length; k++)
      samples[k] = firstSample(order[from + Math.floor(k / steps)]!, sequences) + (k % steps) * rows;
    const { mean, deviation } = momentsOf(Float64Array.from(samples, (sample) => raw[sample]!));
    for (const sample of samples)
      advantages[sample] = Math.min(limit, Math.max(-limit, (raw[sample]! - mean) / (deviation + 1e-8)));
  }
}
