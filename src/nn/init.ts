import type { Rng } from "../core/rng.ts";
import type { Dense, Vector } from "./kernels.ts";
import type { Network } from "./network.ts";

/**
 * Orthogonal weights of gain √2 in hidden layers, of `outputGain` in the last one, of 1 in recurrent ones; biases 0; layer
 * norm changes nothing at first.
 *
 * @source Huang et al., The 37 implementation details of PPO, detail 2; recurrent: marlbenchmark/on-policy, rnn.py
 */
export function initialise(network: Network, parameters: Vector, outputGain: number, rng: Rng): void {
  for (const layer of network.layers) {
    if (layer.kind === "dense")
      initialiseDense(layer, parameters, layer === network.layers.at(-1) ? outputGain : Math.SQRT2, rng);
    if (layer.kind === "gru")
      for (const dense of [layer.ofInput, layer.ofState]) initialiseDense(dense, parameters, 1, rng);
    if (layer.kind !== "norm") continue;
    parameters.fill(1, layer.gainsAt, layer.gainsAt + layer.fanOut);
    parameters.fill(0, layer.biasesAt, layer.biasesAt + layer.fanOut);
  }
}

function initialiseDense(layer: Dense, parameters: Vector, gain: number, rng: Rng): void {
  const weights = orthogonal(layer, rng);
  for (let k = 0; k < weights.length; k++) parameters[layer.weightsAt + k] = gain * weights[k]!;
  parameters.fill(0, layer.biasesAt, layer.biasesAt + layer.fanOut);
}

/** [fanOut][fanIn]: orthonormal rows, or orthonormal columns where there are more rows than columns. */
function orthogonal({ fanIn, fanOut }: Dense, rng: Rng): Float64Array {
  const vectors = Math.min(fanIn, fanOut);
  const length = Math.max(fanIn, fanOut);
  const basis: Float64Array[] = [];
  while (basis.length < vectors) {
    const vector = Float64Array.from({ length }, () => rng.normal());
    for (const other of basis) subtractProjection(vector, other);
    const norm = Math.sqrt(dot(vector, vector));
    basis.push(vector.map((x) => x / norm));
  }
  const weights = new Float64Array(fanIn * fanOut);
  for (let o = 0; o < fanOut; o++)
    for (let i = 0; i < fanIn; i++) weights[o * fanIn + i] = fanOut <= fanIn ? basis[o]![i]! : basis[i]![o]!;
  return weights;
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  const share = dot(vector, unit);
  for (let k = 0; k < vector.length; k++) vector[k] = vector[k]! - share * unit[k]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
