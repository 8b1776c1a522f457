import type { Head, HeadWeights } from "./head.ts";
import type { Vector } from "./kernels.ts";

/** One of so many choices; outputs are their logits. */
export function categoricalHead(choices: number): Head {
  return {
    outputs: choices,
    actionSize: 1,
    drawnColumn: (actions) => choiceColumn(actions, choices),
    playedColumn: (actions) => new Int32Array(actions),
    prepare(output, at, masks, maskAt) {
      if (masks.length > 0) maskLogits(output, at, masks, maskAt, choices);
      logSoftmax(output, output, at, choices);
    },
    draw(output, at, rng, drawn, actionAt) {
      drawn[actionAt] = drawFrom(output, at, choices, rng.uniform());
    },
    play: copyChoices,
    logProbability: (output, at, drawn, actionAt) => output[at + drawn[actionAt]!]!,
    entropy: (output, at) => entropyOf(output, at, choices),
    gradient: (output, at, drawn, actionAt, weights, gradient) =>
      categoricalGradient(output, at, choices, drawn[actionAt]!, weights, gradient),
  };
}

/** Room for so many choices; a byte each where that is enough. */
export function choiceColumn(length: number, choices: number): Uint8Array | Uint16Array {
  if (choices > 65_536) throw new Error(`There are 65536 choices at most, not ${choices}.`);
  return choices > 256 ? new Uint16Array(length) : new Uint8Array(length);
}

/** Choices are played as they were drawn. */
export const copyChoices: Head["play"] = (drawn, from, count, played, to) => {
  for (let k = 0; k < count; k++) played[to + k] = drawn[from + k]!;
};

/**
 * Logits to log-probabilities, both [width] from `at` on; `logits` and `out` may be the same vector.
 */
export function logSoftmax(logits: Vector, out: Vector, at: number, width: number): void {
  let most = logits[at]!;
  for (let k = 1; k < width; k++) most = Math.max(most, logits[at + k]!);
  let sum = 0;
  for (let k = 0; k < width; k++) sum += Math.exp(logits[at + k]! - most);
  const logSum = most + Math.log(sum);
  for (let k = 0; k < width; k++) out[at + k] = logits[at + k]! - logSum;
}

/** Draws from log-probabilities [width] from `at` on, with one uniform number in [0, 1). */
export function drawFrom(logProbabilities: Vector, at: number, width: number, uniform: number): number {
  let below = 0;
  let possible = 0;
  for (let k = 0; k < width; k++) {
    const probability = Math.exp(logProbabilities[at + k]!);
    if (probability > 0) possible = k;
    below += probability;
    if (uniform < below) return k;
  }
  // Rounding left the sum a hair below 1.
  return possible;
}

/** Of log-probabilities [width] from `at` on, nats. */
export function entropyOf(logProbabilities: Vector, at: number, width: number): number {
  let entropy = 0;
  for (let k = 0; k < width; k++) entropy -= Math.exp(logProbabilities[at + k]!) * logProbabilities[at + k]!;
  return entropy;
}

/** See {@link Head.gradient}: of one distribution, from its log-probabilities. What a mask forbids gets none. */
export function categoricalGradient(
  logProbabilities: Vector,
  at: number,
  width: number,
  action: number,
  weights: Readonly<HeadWeights>,
  gradient: Vector,
): void {
  const entropy = entropyOf(logProbabilities, at, width);
  for (let k = 0; k < width; k++) {
    const logProbability = logProbabilities[at + k]!;
    const probability = Math.exp(logProbability);
    const ofAction = weights.logProbability * ((k === action ? 1 : 0) - probability);
    const ofEntropy = -weights.entropy * probability * (logProbability + entropy);
    gradient[at + k] = (ofAction + ofEntropy) / weights.over;
  }
}

/** A logit whose probability is 0 in any company; finite, so that it may be multiplied by that 0. */
const forbiddenLogit = -1e9;

/** Takes away what is not allowed: `mask` [width] from `maskAt` on, 1 where an output stays. At least one must. */
export function maskLogits(logits: Vector, at: number, mask: Uint8Array, maskAt: number, width: number): void {
  for (let k = 0; k < width; k++) if (mask[maskAt + k] === 0) logits[at + k] = forbiddenLogit;
}

/** The first of the largest values [width] from `at` on. */
export function largestOf(values: Vector, at: number, width: number): number {
  let best = 0;
  for (let k = 1; k < width; k++) if (values[at + k]! > values[at + best]!) best = k;
  return best;
}
