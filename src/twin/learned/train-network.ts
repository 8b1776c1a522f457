import type { Rng } from "../../core/rng.ts";
import type { Kernels, Vector } from "../../nn/kernels.ts";
import { type Mlp, type MlpScratch, backward, createScratch, forward } from "../../nn/mlp.ts";
import type { Work } from "./work.ts";

/** Standardised, row by row, in the order of time. */
export type Samples = {
  readonly count: number;
  /** [count][inputs] */
  readonly inputs: Float64Array;
  /** [count][outputs] */
  readonly targets: Float64Array;
};

export type Training = {
  readonly kernels: Kernels;
  readonly mlp: Mlp;
  /** Read and written. */
  readonly parameters: Vector;
  readonly samples: Samples;
  readonly rng: Rng;
  readonly epochs: number;
};

/** @source KARMA (arXiv 2505.21559): mean squared error, Adam 1e-3 */
const ADAM = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientScale: 1 };
const BATCH_ROWS = 32;
/** Passes without a better validation after which training ends. */
const PATIENCE = 12;

/** Minimises the mean squared error, and leaves the parameters at which samples not trained on were said best. */
export function* trainOn(training: Training): Work<void> {
  const { kernels, mlp, parameters, samples, rng, epochs } = training;
  const { fitted, validated } = divide(samples.count);
  const scratch = createScratch(kernels, mlp, BATCH_ROWS);
  const pass = createPass(training, scratch);
  const best = { error: errorOf(training, scratch, validated), at: 0, parameters: Float64Array.from(parameters) };
  for (let epoch = 1; epoch <= epochs && epoch - best.at <= PATIENCE; epoch++) {
    shuffle(fitted, rng);
    pass(fitted);
    const error = errorOf(training, scratch, validated);
    if (error < best.error) {
      Object.assign(best, { error, at: epoch });
      best.parameters.set(parameters);
    }
    yield epoch / epochs;
  }
  parameters.set(best.parameters);
}

const PIECES = 24;
const VALIDATED_EVERY = 6;

/** One piece of time in six is not trained on; single samples beside trained ones would tell nothing. */
function divide(count: number): { readonly fitted: Int32Array; readonly validated: Int32Array } {
  const all = Array.from({ length: count }, (_, k) => k);
  const isValidated = (k: number): boolean =>
    Math.floor((k * PIECES) / count) % VALIDATED_EVERY === VALIDATED_EVERY / 2;
  return {
    fitted: Int32Array.from(all.filter((k) => !isValidated(k))),
    validated: Int32Array.from(all.filter(isValidated)),
  };
}

/** @source Fisher & Yates */
function shuffle(order: Int32Array, rng: Rng): void {
  for (let k = order.length - 1; k > 0; k--) {
    const other = rng.integer(k + 1);
    const held = order[k]!;
    order[k] = order[other]!;
    order[other] = held;
  }
}

/** One step of Adam for each batch of the samples, in their order. */
function createPass(training: Training, scratch: MlpScratch): (order: Int32Array) => void {
  const { kernels, mlp, parameters } = training;
  const gradient = kernels.vector(mlp.endsAt);
  const moments = kernels.vector(2 * mlp.endsAt);
  let step = 0;
  return (order) => {
    for (let from = 0; from < order.length; from += BATCH_ROWS) {
      const rows = Math.min(BATCH_ROWS, order.length - from);
      answer(training, scratch, order, from, rows);
      for (let k = 0; k < rows * mlp.outputs; k++) {
        const target = targetAt(training, order, from, k);
        scratch.outputGradient[k] = (2 * (scratch.output[k]! - target)) / (rows * mlp.outputs);
      }
      gradient.fill(0);
      backward(kernels, mlp, parameters, gradient, scratch, rows);
      kernels.adam(parameters, gradient, moments, ++step, ADAM);
    }
  };
}

/** Samples `order[from ... from + rows)` through the network. */
function answer(
  { kernels, mlp, parameters, samples }: Training,
  scratch: MlpScratch,
  order: Int32Array,
  from: number,
  rows: number,
): void {
  for (let row = 0; row < rows; row++) {
    const at = order[from + row]! * mlp.inputs;
    scratch.input.set(samples.inputs.subarray(at, at + mlp.inputs), row * mlp.inputs);
  }
  forward(kernels, mlp, parameters, scratch, rows);
}

/** Of output `k` of a batch. */
function targetAt({ mlp, samples }: Training, order: Int32Array, from: number, k: number): number {
  const row = Math.floor(k / mlp.outputs);
  return samples.targets[order[from + row]! * mlp.outputs + (k - row * mlp.outputs)]!;
}

/** Mean squared error over samples. */
function errorOf(training: Training, scratch: MlpScratch, order: Int32Array): number {
  const { mlp } = training;
  let sum = 0;
  for (let from = 0; from < order.length; from += BATCH_ROWS) {
    const rows = Math.min(BATCH_ROWS, order.length - from);
    answer(training, scratch, order, from, rows);
    for (let k = 0; k < rows * mlp.outputs; k++) sum += (scratch.output[k]! - targetAt(training, order, from, k)) ** 2;
  }
  return sum / (order.length * mlp.outputs);
}
