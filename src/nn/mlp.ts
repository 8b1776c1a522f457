import type { Activation, Dense, Kernels, Vector } from "./kernels.ts";

/** A network of dense layers: tanh between them, nothing after the last. Its parameters lie in a flat vector. */
export type Mlp = {
  readonly inputs: number;
  readonly outputs: number;
  readonly layers: readonly Dense[];
  /** Where its parameters end in the vector, and the next network may start. */
  readonly endsAt: number;
};

/**
 * @param sizes  inputs, hidden widths, outputs
 * @param startsAt  where its parameters start in the vector
 */
export function defineMlp(sizes: readonly number[], startsAt = 0): Mlp {
  const layers: Dense[] = [];
  let at = startsAt;
  for (let k = 0; k + 1 < sizes.length; k++) {
    const fanIn = sizes[k]!;
    const fanOut = sizes[k + 1]!;
    const activation: Activation = k + 2 < sizes.length ? "tanh" : "linear";
    layers.push({ fanIn, fanOut, weightsAt: at, biasesAt: at + fanIn * fanOut, activation });
    at += (fanIn + 1) * fanOut;
  }
  return { inputs: sizes[0]!, outputs: sizes.at(-1)!, layers, endsAt: at };
}

/** Room for one batch on its way through a network and back. Not to be shared between threads. */
export type MlpScratch = {
  /** Most rows of a batch. */
  readonly rows: number;
  /** What the caller fills in: [rows][inputs]. */
  readonly input: Vector;
  /** Of each layer: [rows][fanOut]; the last one is the network's output. */
  readonly values: readonly Vector[];
  /** By each layer's sums: [rows][fanOut]; the caller fills in the last one. */
  readonly gradients: readonly Vector[];
  readonly output: Vector;
  readonly outputGradient: Vector;
};

export function createScratch(kernels: Kernels, mlp: Mlp, rows: number): MlpScratch {
  const values = mlp.layers.map(({ fanOut }) => kernels.vector(rows * fanOut));
  const gradients = mlp.layers.map(({ fanOut }) => kernels.vector(rows * fanOut));
  return {
    rows,
    input: kernels.vector(rows * mlp.inputs),
    values,
    gradients,
    output: values.at(-1)!,
    outputGradient: gradients.at(-1)!,
  };
}

/** `scratch.input` to `scratch.output`. */
export function forward(kernels: Kernels, mlp: Mlp, parameters: Vector, scratch: MlpScratch, rows: number): void {
  for (let k = 0; k < mlp.layers.length; k++) {
    const input = k === 0 ? scratch.input : scratch.values[k - 1]!;
    kernels.denseForward(mlp.layers[k]!, parameters, input, scratch.values[k]!, rows);
  }
}

/** Adds to `gradient` what `scratch.outputGradient` asks for; right after {@link forward} of the same rows. */
export function backward(
  kernels: Kernels,
  mlp: Mlp,
  parameters: Vector,
  gradient: Vector,
  scratch: MlpScratch,
  rows: number,
): void {
  for (let k = mlp.layers.length - 1; k >= 0; k--) {
    const input = k === 0 ? scratch.input : scratch.values[k - 1]!;
    const below = k === 0 ? "linear" : mlp.layers[k - 1]!.activation;
    const inputGradient = k === 0 ? undefined : scratch.gradients[k - 1]!;
    const layer = mlp.layers[k]!;
    kernels.denseBackward(layer, parameters, gradient, input, scratch.gradients[k]!, inputGradient, below, rows);
  }
}
