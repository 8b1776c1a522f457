import type { GruGradients, GruStep, Vector } from "./kernels.ts";
import { logistic, tanh } from "./tanh.ts";

/** See {@link Kernels.gruForward}. */
export function gruForward({ width, ofInput, ofState, before }: GruStep, after: Vector, rows: number): void {
  for (let row = 0; row < rows; row++) {
    const reset = 3 * row * width;
    const update = reset + width;
    const fresh = update + width;
    for (let k = 0; k < width; k++) {
      const r = logistic(ofInput[reset + k]! + ofState[reset + k]!);
      const z = logistic(ofInput[update + k]! + ofState[update + k]!);
      const n = tanh(ofInput[fresh + k]! + r * ofState[fresh + k]!);
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
      const r = logistic(ofInput[reset + k]! + ofState[reset + k]!);
      const z = logistic(ofInput[update + k]! + ofState[update + k]!);
      const n = tanh(ofInput[fresh + k]! + r * ofState[fresh + k]!);
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
