import type { Dense, Kernels, Vector } from "./kernels.ts";
import { defineNetwork, type Layer, type Network } from "./network.ts";
import { createMemory, type Memory, recur, recurBack, type Recurrence } from "./recurrence.ts";

/** A network of dense layers: tanh between them, nothing after the last. */
export type Mlp = Omit<Network, "layers"> & { readonly layers: readonly Dense[] };

/**
 * @param sizes  inputs, hidden widths, outputs
 * @param startsAt  where its parameters start in the vector
 */
export function defineMlp(sizes: readonly number[], startsAt = 0): Mlp {
  const network = defineNetwork(sizes, {}, startsAt);
  return { ...network, layers: network.layers.filter((layer) => layer.kind === "dense") };
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
  /** Of a network that remembers. */
  readonly memory?: Memory;
  /** What such a network remembers after each row: [rows][width]. */
  readonly after?: Vector;
};

export function createScratch(kernels: Kernels, network: Network, rows: number): MlpScratch {
  const values = network.layers.map(({ fanOut }) => kernels.vector(rows * fanOut));
  const gradients = network.layers.map(({ fanOut }) => kernels.vector(rows * fanOut));
  const gruAt = network.layers.findIndex(({ kind }) => kind === "gru");
  const gru = network.layers[gruAt];
  return {
    rows,
    input: kernels.vector(rows * network.inputs),
    values,
    gradients,
    output: values.at(-1)!,
    outputGradient: gradients.at(-1)!,
    ...(gru?.kind === "gru" ? { memory: createMemory(kernels, gru, rows), after: values[gruAt]! } : {}),
  };
}

/**
 * `scratch.input` to `scratch.output`.
 *
 * @param rows  all of them: [steps][...]
 * @param steps  a network that remembers goes from each to the next; more than one only there
 */
export function forward(
  kernels: Kernels,
  network: Network,
  parameters: Vector,
  scratch: MlpScratch,
  rows: number,
  steps = 1,
): void {
  for (let k = 0; k < network.layers.length; k++) {
    const input = k === 0 ? scratch.input : scratch.values[k - 1]!;
    const layer = network.layers[k]!;
    const output = scratch.values[k]!;
    if (layer.kind === "dense") kernels.denseForward(layer, parameters, input, output, rows);
    else if (layer.kind === "norm") kernels.normForward(layer, parameters, input, output, rows);
    else if (layer.kind === "activate") kernels.activateForward(layer.of, input, output, rows * layer.fanOut);
    else recur({ kernels, gru: layer, parameters, memory: scratch.memory!, rows, steps }, input, output);
  }
}

/** Adds to `gradient` what `scratch.outputGradient` asks for; right after {@link forward} of the same rows and steps. */
export function backward(
  kernels: Kernels,
  network: Network,
  parameters: Vector,
  gradient: Vector,
  scratch: MlpScratch,
  rows: number,
  steps = 1,
): void {
  for (let k = network.layers.length - 1; k >= 0; k--) {
    const layer = network.layers[k]!;
    const input = k === 0 ? scratch.input : scratch.values[k - 1]!;
    const outputGradient = scratch.gradients[k]!;
    const inputGradient = k === 0 ? undefined : scratch.gradients[k - 1]!;
    const below = activationOf(network.layers[k - 1]);
    if (layer.kind === "dense")
      kernels.denseBackward(layer, parameters, gradient, input, outputGradient, inputGradient, below, rows);
    else if (layer.kind === "norm")
      kernels.normBackward(layer, parameters, gradient, input, outputGradient, inputGradient!, rows);
    else if (layer.kind === "activate")
      kernels.activateBackward(layer.of, input, outputGradient, inputGradient!, rows * layer.fanOut);
    else {
      const recurrence: Recurrence = { kernels, gru: layer, parameters, memory: scratch.memory!, rows, steps };
      recurBack(recurrence, gradient, input, outputGradient, inputGradient, below);
    }
  }
}

/** What a layer does to its sums; gradients by its output are gradients by its sums where it does nothing. */
function activationOf(layer: Layer | undefined): Dense["activation"] {
  return layer?.kind === "dense" ? layer.activation : "linear";
}
