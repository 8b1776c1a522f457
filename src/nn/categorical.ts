import type { Vector } from "./kernels.ts";

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
