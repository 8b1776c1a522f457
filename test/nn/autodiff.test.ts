import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createRng, type Rng } from "../../src/core/rng.ts";
import type { Activation, Dense, Kernels, Vector } from "../../src/nn/kernels.ts";
import { initialise } from "../../src/nn/init.ts";
import { backward, createScratch, defineMlp, forward } from "../../src/nn/mlp.ts";
import { defineNetwork, memoryWidth, type NetworkStyle } from "../../src/nn/network.ts";
import { autodiff, networkInTensorFlow, relativeDistance } from "./autodiff.ts";
import { backEnds } from "./back-ends.ts";

const activations: readonly Activation[] = ["linear", "tanh"];
const cases = Object.keys(backEnds).flatMap((backEnd) =>
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
    const kernels = backEnds[backEnd]!();
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
      const y = networkInTensorFlow(mlp, vector, below === "tanh" ? tf.tanh(x) : x);
      return tf.sum(tf.mul(y, tf.tensor2d(Float32Array.from(weighing), [rows, fanOut])));
    }, both);
    expect(relativeDistance(gradient, theirs.gradient.subarray(0, parameters.length))).toBeLessThan(1e-5);
    expect(relativeDistance(inputGradient, theirs.gradient.subarray(parameters.length))).toBeLessThan(1e-5);
  },
);

test.each(Object.keys(backEnds))("a whole network's gradient on %s is TensorFlow's", (backEnd) => {
  const kernels = backEnds[backEnd]!();
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
  const theirs = autodiff((vector) => tf.mul(0.5, tf.sum(tf.square(networkInTensorFlow(mlp, vector, x)))), parameters);
  expect(relativeDistance(gradient, theirs.gradient)).toBeLessThan(1e-5);
});

const styles: readonly NetworkStyle[] = [
  { activation: "relu" },
  { activation: "silu" },
  { normalisation: "layer" },
  { activation: "silu", normalisation: "layer" },
  { memory: "gru" },
  { activation: "relu", normalisation: "layer", memory: "gru" },
];
const styled = Object.keys(backEnds).flatMap((backEnd) => styles.map((style) => ({ backEnd, style })));

test.each(styled)("outputs and gradients of a network with $style on $backEnd are TensorFlow's", (each) => {
  const kernels = backEnds[each.backEnd]!();
  const rng = createRng(12);
  const network = defineNetwork([5, 9, 7, 3], each.style);
  const parameters = kernels.vector(network.endsAt);
  initialise(network, parameters, 1, rng);
  for (let k = 0; k < parameters.length; k++) parameters[k] = Math.fround(parameters[k]! + 0.3 * rng.normal());

  // Sequences of three steps; in some of them an episode ends.
  const width = memoryWidth(network);
  const [steps, sequences] = width === 0 ? [1, 12] : [3, 4];
  const all = steps * sequences;
  const scratch = createScratch(kernels, network, all + 3);
  scratch.input.set(random(kernels, all * 5, rng));
  const before = random(kernels, sequences * width, rng);
  const starts = Uint8Array.from({ length: all }, (_, row) => (row % 5 === 1 ? 1 : 0));
  scratch.memory?.before.set(before);
  scratch.memory?.starts.set(starts);
  forward(kernels, network, parameters, scratch, all, steps);
  const output = scratch.output.slice(0, all * 3);
  scratch.outputGradient.set(output);
  const gradient = kernels.vector(network.endsAt);
  backward(kernels, network, parameters, gradient, scratch, all, steps);

  const x = tf.tensor2d(Float32Array.from(scratch.input.slice(0, all * 5)), [all, 5]);
  const sequence = { steps, starts, before: tf.tensor2d(Float32Array.from(before), [sequences, width]) };
  const run = (vector: tf.Tensor1D): tf.Tensor2D => networkInTensorFlow(network, vector, x, sequence);
  const theirs = autodiff((vector) => tf.mul(0.5, tf.sum(tf.square(run(vector)))), parameters);
  expect(relativeDistance(output, run(tf.tensor1d(Float32Array.from(parameters))).dataSync())).toBeLessThan(1e-5);
  expect(relativeDistance(gradient, theirs.gradient)).toBeLessThan(1e-5);
});

test.each(Object.keys(backEnds))("a whole sequence on %s has the bits of its steps one by one", (backEnd) => {
  const kernels = backEnds[backEnd]!();
  const rng = createRng(3);
  const network = defineNetwork([5, 9, 7, 3], { memory: "gru" });
  const parameters = random(kernels, network.endsAt, rng);
  const [steps, sequences] = [4, 3];
  const whole = createScratch(kernels, network, steps * sequences);
  whole.input.set(random(kernels, steps * sequences * 5, rng));
  whole.memory!.starts[2 * sequences + 1] = 1;
  forward(kernels, network, parameters, whole, steps * sequences, steps);
  for (let sequence = 0; sequence < sequences; sequence++) {
    const one = createScratch(kernels, network, 1);
    for (let step = 0; step < steps; step++) {
      const row = step * sequences + sequence;
      one.input.set(whole.input.slice(row * 5, row * 5 + 5));
      if (step > 0) one.memory!.before.set(one.after!.slice(0, 7));
      if (step === 2 && sequence === 1) one.memory!.before.fill(0);
      forward(kernels, network, parameters, one, 1);
      expect([...one.output]).toEqual([...whole.output.subarray(row * 3, row * 3 + 3)]);
    }
  }
});

test.each(Object.keys(backEnds))(
  "Adam on %s takes the steps of TensorFlow's, epsilon outside of the root",
  (backEnd) => {
    const kernels = backEnds[backEnd]!();
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
