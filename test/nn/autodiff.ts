import * as tf from "@tensorflow/tfjs-core";
import { type Dense, type Nonlinearity, type Norm, normEpsilon, type Vector } from "../../src/nn/kernels.ts";
import type { Gru, Network } from "../../src/nn/network.ts";

// The one registers itself, the other the gradients of all operations.
await import("@tensorflow/tfjs-backend-cpu");
await import("@tensorflow/tfjs-layers");
// No advice on stderr to install another back end.
tf.env().set("PROD", true);

/** Steps of a network that remembers: what it starts from, and where it starts from nothing. */
export type TensorSteps = {
  readonly steps: number;
  /** [sequences][width] */
  readonly before: tf.Tensor2D;
  /** [steps][sequences] */
  readonly starts: ArrayLike<number>;
};

/** The network's output [rows][outputs] in TensorFlow.js, from the same flat parameters: what autodiff looks through. */
export function networkInTensorFlow(
  { layers }: Pick<Network, "layers">,
  parameters: tf.Tensor1D,
  input: tf.Tensor2D,
  sequence?: TensorSteps,
): tf.Tensor2D {
  let values = input;
  for (const layer of layers) {
    if (layer.kind === "dense") values = denseInTensorFlow(layer, parameters, values);
    else if (layer.kind === "norm") values = normInTensorFlow(layer, parameters, values);
    else if (layer.kind === "activate") values = activations[layer.of](values);
    else values = gruInTensorFlow(layer, parameters, values, sequence!);
  }
  return values;
}

const activations: Readonly<Record<Nonlinearity, (x: tf.Tensor2D) => tf.Tensor2D>> = {
  tanh: (x) => tf.tanh(x),
  relu: (x) => tf.relu(x),
  silu: (x) => tf.mul(x, tf.sigmoid(x)),
};

function denseInTensorFlow(layer: Dense, parameters: tf.Tensor1D, input: tf.Tensor2D): tf.Tensor2D {
  const { fanIn, fanOut, weightsAt, biasesAt, activation } = layer;
  const weights = tf.reshape<tf.Rank.R2>(tf.slice(parameters, weightsAt, fanIn * fanOut), [fanOut, fanIn]);
  const biases = tf.slice(parameters, biasesAt, fanOut);
  const sums = tf.add<tf.Tensor2D>(tf.matMul(input, weights, false, true), biases);
  return activation === "tanh" ? tf.tanh(sums) : sums;
}

function normInTensorFlow({ gainsAt, biasesAt, fanOut }: Norm, parameters: tf.Tensor1D, x: tf.Tensor2D): tf.Tensor2D {
  const off = tf.sub<tf.Tensor2D>(x, tf.mean(x, 1, true));
  const deviation = tf.sqrt(tf.add(tf.mean(tf.square(off), 1, true), normEpsilon));
  const standard = tf.div<tf.Tensor2D>(off, deviation);
  const gains = tf.slice(parameters, gainsAt, fanOut);
  return tf.add(tf.mul(standard, gains), tf.slice(parameters, biasesAt, fanOut));
}

/** As PyTorch's documentation writes its GRU. */
function gruInTensorFlow(
  { ofInput, ofState, fanOut }: Gru,
  parameters: tf.Tensor1D,
  input: tf.Tensor2D,
  { steps, before, starts }: TensorSteps,
): tf.Tensor2D {
  const sequences = input.shape[0] / steps;
  const all: tf.Tensor2D[] = [];
  let h = before;
  for (let step = 0; step < steps; step++) {
    const going = Array.from({ length: sequences }, (_, k) => (step > 0 && starts[step * sequences + k] === 1 ? 0 : 1));
    h = tf.mul(h, tf.tensor2d(going, [sequences, 1]));
    const x = denseInTensorFlow(ofInput, parameters, tf.slice2d(input, [step * sequences, 0], [sequences, -1]));
    const u = denseInTensorFlow(ofState, parameters, h);
    const gate = (of: tf.Tensor2D, k: number): tf.Tensor2D => tf.slice2d(of, [0, k * fanOut], [sequences, fanOut]);
    const r = tf.sigmoid(tf.add(gate(x, 0), gate(u, 0)));
    const z = tf.sigmoid(tf.add(gate(x, 1), gate(u, 1)));
    const n = tf.tanh(tf.add(gate(x, 2), tf.mul(r, gate(u, 2))));
    h = tf.add(tf.mul(tf.sub(1, z), n), tf.mul(z, h));
    all.push(h);
  }
  return tf.concat2d(all, 0);
}

/** The value of a loss of one flat vector, and its gradient. */
export function autodiff(
  loss: (parameters: tf.Tensor1D) => tf.Scalar,
  at: Vector,
): { readonly value: number; readonly gradient: Float32Array } {
  return tf.tidy(() => {
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => loss(x as tf.Tensor1D))(
      tf.tensor1d(Float32Array.from(at)),
    );
    return { value: value.dataSync()[0]!, gradient: Float32Array.from(grad.dataSync()) };
  });
}

/** How far two vectors are apart, as a share of the largest number. */
export function relativeDistance(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (found.length !== wanted.length) throw new Error(`${found.length} numbers, not ${wanted.length}`);
  let largest = 1e-6;
  let apart = 0;
  for (let k = 0; k < wanted.length; k++) {
    largest = Math.max(largest, Math.abs(wanted[k]!));
    const distance = Math.abs(found[k]! - wanted[k]!);
    // Also when it is no number.
    if (!(distance <= apart)) apart = distance;
  }
  return apart / largest;
}
