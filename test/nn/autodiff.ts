import * as tf from "@tensorflow/tfjs-core";
import type { Vector } from "../../src/nn/kernels.ts";
import type { Mlp } from "../../src/nn/mlp.ts";

// The one registers itself, the other the gradients of all operations.
await import("@tensorflow/tfjs-backend-cpu");
await import("@tensorflow/tfjs-layers");
// No advice on stderr to install another back end.
tf.env().set("PROD", true);

/** The network's output [rows][outputs] in TensorFlow.js, from the same flat parameters: what autodiff looks through. */
export function mlpInTensorFlow({ layers }: Mlp, parameters: tf.Tensor1D, input: tf.Tensor2D): tf.Tensor2D {
  let values = input;
  for (const { fanIn, fanOut, weightsAt, biasesAt, activation } of layers) {
    const weights = tf.reshape<tf.Rank.R2>(tf.slice(parameters, weightsAt, fanIn * fanOut), [fanOut, fanIn]);
    const biases = tf.slice(parameters, biasesAt, fanOut);
    const sums = tf.add<tf.Tensor2D>(tf.matMul(values, weights, false, true), biases);
    values = activation === "tanh" ? tf.tanh(sums) : sums;
  }
  return values;
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
