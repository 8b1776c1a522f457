import type { Head, HeadWeights } from "../../nn/head.ts";
import type { MlpScratch } from "../../nn/mlp.ts";
import type { Batch, Block, LossOptions } from "./ppo-gradient.ts";

/**
 * An actor's outputs in, gradient of the clipped objective and the entropy bonus by them out, whatever its actions are. Sums
 * are those of {@link lossSums}. For categorical actions ppo-gradient.ts has the same, bit by bit, written out.
 *
 * @source Schulman et al., Proximal Policy Optimization Algorithms (arXiv 1707.06347), eq. 7 and 9
 */
export function headGradient(
  head: Head,
  batch: Batch,
  { clip, entropyWeight }: LossOptions,
  { output, outputGradient }: MlpScratch,
  { samples, rows, of }: Block,
  sums: Float64Array,
): void {
  const weights: HeadWeights = { logProbability: 0, entropy: -entropyWeight, over: of };
  for (let row = 0; row < rows; row++) {
    const sample = samples[row]!;
    const at = row * head.outputs;
    const actionAt = sample * head.actionSize;
    const advantage = batch.advantages[sample]!;
    head.prepare(output, at, batch.masks, sample * head.outputs);
    const logRatio = head.logProbability(output, at, batch.actions, actionAt) - batch.logProbabilities[sample]!;
    const ratio = Math.exp(logRatio);
    const isClipped = advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip;
    weights.logProbability = -(isClipped ? 0 : advantage * ratio);
    head.gradient(output, at, batch.actions, actionAt, weights, outputGradient);
    const clippedRatio = Math.min(1 + clip, Math.max(1 - clip, ratio));
    sums[0] = sums[0]! - Math.min(ratio * advantage, clippedRatio * advantage);
    sums[2] = sums[2]! + head.entropy(output, at);
    sums[3] = sums[3]! + (ratio - 1 - logRatio);
    sums[4] = sums[4]! + (isClipped ? 1 : 0);
    sums[5] = Math.max(sums[5]!, Math.abs(ratio - 1));
  }
}
