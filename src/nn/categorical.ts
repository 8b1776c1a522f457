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
  for (let k = 0; k < width - 1; k++) {
    below += Math.exp(logProbabilities[at + k]!);
    if (uniform < below) return k;
  }
  return width - 1;
}

/** The first of the largest values [width] from `at` on. */
export function largestOf(values: Vector, at: number, width: number): number {
  let best = 0;
  for (let k = 1; k < width; k++) if (values[at + k]! > values[at + best]!) best = k;
  return best;
}
