import { expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import type { AdamRate, Vector } from "../../src/nn/kernels.ts";
import { createScratch, backward, defineMlp, forward, type Mlp } from "../../src/nn/mlp.ts";
import { createPlainKernels } from "../../src/nn/plain.ts";
import { tanh } from "../../src/nn/tanh.ts";

const kernels = createPlainKernels();

function randomVector(length: number, seed: string): Vector {
  const rng = createRng(seed);
  return kernels.vector(length).map(() => rng.normal());
}

/** Sum over the batch of output x weight, a loss whose gradient by the output is the weight. */
function lossOf(mlp: Mlp, parameters: Vector, input: Vector, weight: Vector, rows: number): number {
  const scratch = createScratch(kernels, mlp, rows);
  scratch.input.set(input);
  forward(kernels, mlp, parameters, scratch, rows);
  return [...scratch.output].reduce((sum, value, k) => sum + value * weight[k]!, 0);
}

test("tanh stays within 3e-7 of the exact one and is odd", () => {
  for (let x = -12; x <= 12; x += 0.003) {
    expect(Math.abs(tanh(x) - Math.tanh(x))).toBeLessThan(3e-7);
    expect(tanh(-x)).toBe(-tanh(x));
  }
});

test.each([
  { name: "one linear layer", sizes: [5, 3], rows: 4 },
  { name: "sizes that fill no tile", sizes: [7, 5, 3], rows: 3 },
  { name: "sizes that fill tiles exactly", sizes: [8, 8, 4], rows: 6 },
  { name: "two hidden layers", sizes: [6, 9, 10, 15], rows: 5 },
  { name: "one output, one row", sizes: [4, 6, 1], rows: 1 },
])("the gradient of $name agrees with finite differences", ({ sizes, rows }) => {
  const mlp = defineMlp(sizes);
  const parameters = randomVector(mlp.endsAt, "parameters").map((x) => 0.5 * x);
  const input = randomVector(rows * mlp.inputs, "input");
  const weight = randomVector(rows * mlp.outputs, "weight");
  const scratch = createScratch(kernels, mlp, rows);
  const gradient = kernels.vector(mlp.endsAt);
  scratch.input.set(input);
  forward(kernels, mlp, parameters, scratch, rows);
  scratch.outputGradient.set(weight);
  backward(kernels, mlp, parameters, gradient, scratch, rows);
  const h = 1e-4;
  for (let k = 0; k < mlp.endsAt; k++) {
    const shifted = (by: number): Vector => parameters.map((x, at) => (at === k ? x + by : x));
    const above = lossOf(mlp, shifted(h), input, weight, rows);
    const below = lossOf(mlp, shifted(-h), input, weight, rows);
    expect(gradient[k]).toBeCloseTo((above - below) / (2 * h), 4);
  }
});

test("a batch gives the same bits as its rows one by one", () => {
  const mlp = defineMlp([6, 9, 15]);
  const parameters = randomVector(mlp.endsAt, "parameters");
  const input = randomVector(7 * 6, "input");
  const batch = createScratch(kernels, mlp, 7);
  batch.input.set(input);
  forward(kernels, mlp, parameters, batch, 7);
  const single = createScratch(kernels, mlp, 1);
  for (let row = 0; row < 7; row++) {
    single.input.set(input.subarray(row * 6, row * 6 + 6));
    forward(kernels, mlp, parameters, single, 1);
    expect([...single.output]).toEqual([...batch.output.subarray(row * 15, row * 15 + 15)]);
  }
});

test("backward adds to the gradient that is there", () => {
  const mlp = defineMlp([3, 4, 2]);
  const parameters = randomVector(mlp.endsAt, "parameters");
  const scratch = createScratch(kernels, mlp, 2);
  scratch.input.set(randomVector(6, "input"));
  const run = (gradient: Vector): Vector => {
    forward(kernels, mlp, parameters, scratch, 2);
    scratch.outputGradient.fill(1);
    backward(kernels, mlp, parameters, gradient, scratch, 2);
    return gradient;
  };
  const once = run(kernels.vector(mlp.endsAt));
  const twice = run(run(kernels.vector(mlp.endsAt)));
  for (let k = 0; k < once.length; k++) expect(twice[k]).toBeCloseTo(2 * once[k]!, 12);
});

const rate: AdamRate = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientScale: 1 };

test("the first step of Adam is the learning rate, against the sign of the gradient", () => {
  const parameters = kernels.vector(3);
  kernels.adam(parameters, Float64Array.of(5, -0.01, 0), kernels.vector(6), 1, rate);
  expect(parameters[0]).toBeCloseTo(-0.1, 6);
  expect(parameters[1]).toBeCloseTo(0.1, 6);
  expect(parameters[2]).toBe(0);
});

test("Adam finds the minimum of a badly scaled parabola", () => {
  const parameters = Float64Array.of(3, -2);
  const moments = kernels.vector(4);
  for (let step = 1; step <= 2_000; step++) {
    const gradient = Float64Array.of(100 * parameters[0]!, 0.1 * parameters[1]!);
    kernels.adam(parameters, gradient, moments, step, { ...rate, learningRate: 0.02 });
  }
  expect(Math.hypot(...parameters)).toBeLessThan(1e-3);
});
