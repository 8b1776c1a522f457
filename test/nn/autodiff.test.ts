import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createRng, type Rng } from "../../src/core/rng.ts";
import type { Activation, Dense, Kernels, Vector } from "../../src/nn/kernels.ts";
import { backward, createScratch, defineMlp, forward } from "../../src/nn/mlp.ts";
import { createPlainKernels } from "../../src/nn/plain.ts";
import { createWasmKernels } from "../../src/nn/wasm.ts";
import { autodiff, mlpInTensorFlow, relativeDistance } from "./autodiff.ts";

const kernelsOf: Readonly<Record<string, () => Kernels>> = {
  plain: createPlainKernels,
  wasm: () => createWasmKernels({ memoryMiB: 2 }),
};
const activations: readonly Activation[] = ["linear", "tanh"];
const cases = Object.keys(kernelsOf).flatMap((backEnd) =>
  activations.flatMap((activation) => activations.map((below) => ({ backEnd, activation, below }))),
);

function random(kernels: Kernels, length: number, rng: Rng): Vector {
  const vector = kernels.vector(length);
  for (let k = 0; k < length; k++) vector[k] = Math.fround(rng.between(-1, 1));
  return vector;
}

const [rows, fanIn, fanOut] = [13, 7, 6];

test.each(cases)(
  "a $activation layer on $below values: its gradients on $backEnd are TensorFlow's",
  ({ backEnd, activation, below }) => {
    const kernels = kernelsOf[backEnd]!();
    const rng = createRng(4);
    const layer: Dense = { kind: "dense", fanIn, fanOut, weightsAt: 0, biasesAt: fanIn * fanOut, activation };
    const parameters = random(kernels, (fanIn + 1) * fanOut, rng);
    const sums = random(kernels, rows * fanIn, rng);
    const weighing = random(kernels, rows * fanOut, rng);

    // Our way: `input` is what the layer below made of `sums`.
    const input = kernels.vector(rows * fanIn);
    input.set(below === "tanh" ? sums.map(Math.tanh) : sums);
    const output = kernels.vector(rows * fanOut);
    kernels.denseForward(layer, parameters, input, output, rows);
    const outputGradient = kernels.vector(rows * fanOut);
    for (let k = 0; k < output.length; k++)
      outputGradient[k] = weighing[k]! * (activation === "tanh" ? 1 - output[k]! ** 2 : 1);
    const gradient = kernels.vector(parameters.length);
    const inputGradient = kernels.vector(rows * fanIn);
    kernels.denseBackward(layer, parameters, gradient, input, outputGradient, inputGradient, below, rows);

    // Theirs, by parameters and by the sums below, in one vector.
    const both = Float32Array.from([...parameters, ...sums]);
    const mlp = { ...defineMlp([fanIn, fanOut]), layers: [layer] };
    const theirs = autodiff((vector) => {
      const x = tf.reshape<tf.Rank.R2>(tf.slice(vector, parameters.length), [rows, fanIn]);
      const y = mlpInTensorFlow(mlp, vector, below === "tanh" ? tf.tanh(x) : x);
      return tf.sum(tf.mul(y, tf.tensor2d(Float32Array.from(weighing), [rows, fanOut])));
    }, both);
    expect(relativeDistance(gradient, theirs.gradient.subarray(0, parameters.length))).toBeLessThan(1e-5);
    expect(relativeDistance(inputGradient, theirs.gradient.subarray(parameters.length))).toBeLessThan(1e-5);
  },
);

test.each(Object.keys(kernelsOf))("a whole network's gradient on %s is TensorFlow's", (backEnd) => {
  const kernels = kernelsOf[backEnd]!();
  const rng = createRng(9);
  const mlp = defineMlp([5, 9, 8, 3]);
  const parameters = random(kernels, mlp.endsAt, rng);
  const scratch = createScratch(kernels, mlp, rows);
  scratch.input.set(random(kernels, rows * 5, rng));
  forward(kernels, mlp, parameters, scratch, rows);
  scratch.outputGradient.set(scratch.output);
  const gradient = kernels.vector(mlp.endsAt);
  backward(kernels, mlp, parameters, gradient, scratch, rows);
  const x = tf.tensor2d(Float32Array.from(scratch.input), [rows, 5]);
  const theirs = autodiff((vector) => tf.mul(0.5, tf.sum(tf.square(mlpInTensorFlow(mlp, vector, x)))), parameters);
  expect(relativeDistance(gradient, theirs.gradient)).toBeLessThan(1e-5);
});

test.each(Object.keys(kernelsOf))(
  "Adam on %s takes the steps of TensorFlow's, epsilon outside of the root",
  (backEnd) => {
    const kernels = kernelsOf[backEnd]!();
    const rng = createRng(2);
    const parameters = random(kernels, 10, rng);
    const moments = kernels.vector(20);
    const variable = tf.variable(tf.tensor1d(Float32Array.from(parameters)));
    const optimizer = tf.train.adam(0.01, 0.9, 0.999, 1e-5);
    const rate = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-5, gradientScale: 1 };
    for (let step = 1; step <= 10; step++) {
      const gradient = random(kernels, 10, rng);
      kernels.adam(parameters, gradient, moments, step, rate);
      optimizer.applyGradients([{ name: variable.name, tensor: tf.tensor1d(Float32Array.from(gradient)) }]);
    }
    expect(relativeDistance(parameters, variable.dataSync())).toBeLessThan(1e-5);
  },
);
