import type { GruGradients, GruStep, Vector } from "./kernels.ts";
import { logistic, tanh } from "./tanh.ts";

/** See {@link Kernels.gruForward}. */
export function gruForward(step: GruStep, after: Vector, rows: number): void {
  const { width, before } = step;
  const gates = new Float64Array(3 * width);
  for (let row = 0; row < rows; row++) {
    computeGates(step, row, gates);
    for (let k = 0; k < width; k++) {
      const z = gates[width + k]!;
      const n = gates[2 * width + k]!;
      after[row * width + k] = n + z * (before[row * width + k]! - n);
    }
  }
}

/** See {@link Kernels.gruBackward}. */
export function gruBackward(step: GruStep, afterGradient: Vector, gradients: GruGradients, rows: number): void {
  const { width, ofState, before } = step;
  const gates = new Float64Array(3 * width);
  for (let row = 0; row < rows; row++) {
    computeGates(step, row, gates);
    const reset = 3 * row * width;
    const update = reset + width;
    const fresh = update + width;
    for (let k = 0; k < width; k++) {
      const r = gates[k]!;
      const z = gates[width + k]!;
      const n = gates[2 * width + k]!;
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

/** Writes the gates of one row, reset and update, and the new state that is proposed: [3][width]. */
function computeGates({ width, ofInput, ofState }: GruStep, row: number, gates: Float64Array): void {
  const reset = 3 * row * width;
  const update = reset + width;
  const fresh = update + width;
  for (let k = 0; k < width; k++) {
    const r = logistic(ofInput[reset + k]! + ofState[reset + k]!);
    gates[k] = r;
    gates[width + k] = logistic(ofInput[update + k]! + ofState[update + k]!);
    gates[2 * width + k] = tanh(ofInput[fresh + k]! + r * ofState[fresh + k]!);
  }
}
