import type { GruGradients, GruStep, Vector } from "./kernels.ts";
import { logistic, tanh } from "./tanh.ts";

/** How far one gate is open, in (0, 1). */
function gate(ofInput: Vector, ofState: Vector, at: number): number {
  return logistic(ofInput[at]! + ofState[at]!);
}

/** What the new state would be if nothing were kept. */
function proposal(ofInput: Vector, ofState: Vector, at: number, reset: number): number {
  return tanh(ofInput[at]! + reset * ofState[at]!);
}

/** See {@link Kernels.gruForward}. */
export function gruForward({ width, ofInput, ofState, before }: GruStep, after: Vector, rows: number): void {
  for (let row = 0; row < rows; row++) {
    const reset = 3 * row * width;
    const update = reset + width;
    const fresh = update + width;
    for (let k = 0; k < width; k++) {
      const r = gate(ofInput, ofState, reset + k);
      const z = gate(ofInput, ofState, update + k);
      const n = proposal(ofInput, ofState, fresh + k, r);
      after[row * width + k] = n + z * (before[row * width + k]! - n);
    }
  }
}

/** See {@link Kernels.gruBackward}. */
export function gruBackward(step: GruStep, afterGradient: Vector, gradients: GruGradients, rows: number): void {
  const { width, ofInput, ofState, before } = step;
  for (let row = 0; row < rows; row++) {
    const reset = 3 * row * width;
    const update = reset + width;
    const fresh = update + width;
    for (let k = 0; k < width; k++) {
      const r = gate(ofInput, ofState, reset + k);
      const z = gate(ofInput, ofState, update + k);
      const n = proposal(ofInput, ofState, fresh + k, r);
      const d = afterGradient[row * width + k]!;
      const byNew = d * (1 - z) * (1 - n * n);
      const byUpdate = d * (before[row * width + k]! - n) * (z * (1 - z));
      const byReset = byNew * ofState[fresh + k]! * (r * (1 - r));
      gradients.ofInput[reset + k] = byReset;
      gradients.ofState[reset + k] = byReset;
      gradients.ofInput[update + k] = byUpdate;
      gradients.ofState[update + k] = byUpdate;
      gradients.ofInput[fresh + k] = byNew;
      gradients.ofState[fresh + k] = byNew * r;
      gradients.before[row * width + k] = d * z;
    }
  }
}
