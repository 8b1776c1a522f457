import { logSoftmax, maskLogits } from "../../nn/categorical.ts";
import { huberLoss, huberSlope } from "../../nn/huber.ts";
import type { Vector } from "../../nn/kernels.ts";
import type { MlpScratch } from "../../nn/mlp.ts";
import { take } from "./gather.ts";
import type { Batch, Block, LossOptions } from "./ppo-gradient.ts";

/** Room for the losses of one block. */
export type LossScratch = {
  /** Of one row: [choices]. */
  readonly probabilities: Float64Array;
  /** The batch's columns of these names, a block's samples one after another: [rows] each. */
  readonly logProbabilities: Float64Array;
  readonly advantages: Float64Array;
  readonly targets: Float64Array;
  readonly values: Float64Array;
};

export function createLossScratch(choices: number, rows: number): LossScratch {
  const column = (): Float64Array => new Float64Array(rows);
  return {
    probabilities: new Float64Array(choices),
    logProbabilities: column(),
    advantages: column(),
    targets: column(),
    values: column(),
  };
}

/**
 * Logits in, gradient of the clipped objective and the entropy bonus by the logits out.
 *
 * @source Schulman et al., Proximal Policy Optimization Algorithms (arXiv 1707.06347), eq. 7 and 9
 */
export function actorGradient(
  batch: Batch,
  { clip, entropyWeight }: LossOptions,
  { output, outputGradient }: MlpScratch,
  { probabilities, logProbabilities, advantages }: LossScratch,
  block: Block,
  sums: Float64Array,
): void {
  const { samples, rows, of } = block;
  const choices = probabilities.length;
  take(batch.logProbabilities, block, logProbabilities);
  take(batch.advantages, block, advantages);
  for (let row = 0; row < rows; row++) {
    const sample = samples[row]!;
    const action = batch.actions[sample]!;
    const advantage = advantages[row]!;
    const base = row * choices;
    if (batch.masks.length > 0) maskLogits(output, base, batch.masks, sample * choices, choices);
    logSoftmax(output, output, base, choices);
    const entropy = probabilitiesOf(output, base, probabilities);
    const logRatio = output[base + action]! - logProbabilities[row]!;
    const ratio = Math.exp(logRatio);
    const isClipped = advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip;
    const pull = isClipped ? 0 : advantage * ratio;
    for (let k = 0; k < choices; k++) {
      const probability = probabilities[k]!;
      const ofPolicy = -pull * ((k === action ? 1 : 0) - probability);
      const ofEntropy = entropyWeight * probability * (output[base + k]! + entropy);
      outputGradient[base + k] = (ofPolicy + ofEntropy) / of;
    }
    const clippedRatio = Math.min(1 + clip, Math.max(1 - clip, ratio));
    sums[0] = sums[0]! - Math.min(ratio * advantage, clippedRatio * advantage);
    sums[2] = sums[2]! + entropy;
    sums[3] = sums[3]! + (ratio - 1 - logRatio);
    sums[4] = sums[4]! + (isClipped ? 1 : 0);
    sums[5] = Math.max(sums[5]!, Math.abs(ratio - 1));
  }
}

/** Of one row, from its log-probabilities, which begin `at`; returns their entropy, nats. */
function probabilitiesOf(logProbabilities: Vector, at: number, probabilities: Float64Array): number {
  let entropy = 0;
  for (let k = 0; k < probabilities.length; k++) {
    const logProbability = logProbabilities[at + k]!;
    const probability = Math.exp(logProbability);
    probabilities[k] = probability;
    entropy -= probability * logProbability;
  }
  return entropy;
}

/**
 * Half the squared error of the standardised return, or Huber's loss; with a clip the larger one of the loss and that of
 * the clipped value.
 *
 * @source value clip: openai/baselines, ppo2/model.py; Huber's loss: marlbenchmark/on-policy, r_mappo.py
 */
export function criticGradient(
  batch: Batch,
  { huber = Number.POSITIVE_INFINITY, valueClip = Number.POSITIVE_INFINITY, valueWeight = 1 }: LossOptions,
  { output, outputGradient }: MlpScratch,
  { targets, values }: LossScratch,
  block: Block,
  sums: Float64Array,
): void {
  const { rows, of } = block;
  const isClipped = batch.values.length > 0;
  take(batch.targets, block, targets);
  if (isClipped) take(batch.values, block, values);
  for (let row = 0; row < rows; row++) {
    const value = output[row]!;
    const error = value - targets[row]!;
    const loss = huberLoss(error, huber);
    const clippedLoss = isClipped ? huberLoss(error - excessOf(value - values[row]!, valueClip), huber) : loss;
    outputGradient[row] = clippedLoss > loss ? 0 : (valueWeight * huberSlope(error, huber)) / of;
    sums[1] = sums[1]! + Math.max(loss, clippedLoss);
  }
}

/** How far a change goes beyond ± `most`. */
function excessOf(change: number, most: number): number {
  return change - Math.min(most, Math.max(-most, change));
}
