import type { Nonlinearity, Vector } from "./kernels.ts";
import { logistic, tanh } from "./tanh.ts";

/** See {@link Kernels.activateForward}. */
export function activateForward(of: Nonlinearity, input: Vector, output: Vector, count: number): void {
  const value = values[of];
  for (let k = 0; k < count; k++) output[k] = value(input[k]!);
}

/** See {@link Kernels.activateBackward}. */
export function activateBackward(
  of: Nonlinearity,
  input: Vector,
  outputGradient: Vector,
  inputGradient: Vector,
  count: number,
): void {
  const slope = slopes[of];
  for (let k = 0; k < count; k++) inputGradient[k] = outputGradient[k]! * slope(input[k]!);
}

const values: Readonly<Record<Nonlinearity, (x: number) => number>> = {
  tanh,
  // What is no number stays none.
  relu: (x) => (x <= 0 ? 0 : x),
  silu: (x) => x * logistic(x),
};

const slopes: Readonly<Record<Nonlinearity, (x: number) => number>> = {
  tanh(x) {
    const y = tanh(x);
    return 1 - y * y;
  },
  relu: (x) => (x > 0 ? 1 : 0),
  silu(x) {
    const share = logistic(x);
    return share * (1 + x * (1 - share));
  },
};
