import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import type { Activation, Dense, Kernels, Vector } from "../../src/nn/kernels.ts";
import { backward, createScratch, forward } from "../../src/nn/mlp.ts";
import { defineNetwork, type NetworkStyle } from "../../src/nn/network.ts";
import { createPlainKernels } from "../../src/nn/plain.ts";
import { nativeBackEnds } from "./native-back-ends.ts";

const natives = await nativeBackEnds();
const names = Object.keys(natives);
const plain = createPlainKernels();

const activation = fc.constantFrom<Activation>("linear", "tanh");
const shape = fc.record({
  rows: fc.integer({ min: 1, max: 140 }),
  fanIn: fc.oneof(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 250, max: 300 })),
  fanOut: fc.integer({ min: 1, max: 140 }),
  activation,
  below: activation,
  // NaN spoils what reads it, even times zero; a number shows when it is overwritten by what is made of it.
  fence: fc.constantFrom(NaN, 1e30),
  seed: fc.nat(),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** Output, gradient of parameters and gradient of the input; all between fences that no kernel may read or write. */
function throughDense(kernels: Kernels, s: Shape): readonly Vector[] {
  const rng = createRng(s.seed);
  const fenced: Vector[] = [];
  const random = (length: number): Vector => {
    const whole = kernels.vector(length + 40).fill(s.fence);
    fenced.push(whole);
    const inner = whole.subarray(20, 20 + length);
    for (let k = 0; k < length; k++) inner[k] = Math.fround(rng.between(-1, 1));
    return inner;
  };
  const { rows, fanIn, fanOut } = s;
  const weights = fanIn * fanOut;
  const layer: Dense = { ...s, kind: "dense", weightsAt: 0, biasesAt: weights };
  const [parameters, gradient] = [random(weights + fanOut), random(weights + fanOut)];
  const [x, y, dy, dx] = [random(rows * fanIn), random(rows * fanOut), random(rows * fanOut), random(rows * fanIn)];
  kernels.denseForward(layer, parameters, x, y, rows);
  kernels.denseBackward(layer, parameters, gradient, x, dy, dx, s.below, rows);
  for (const whole of fenced)
    for (const each of [...whole.subarray(0, 20), ...whole.subarray(-20)])
      expect(Object.is(each, whole instanceof Float32Array ? Math.fround(s.fence) : s.fence)).toBe(true);
  return [y, gradient, dx];
}

/** Apart by at most 1e-5 of the largest number. */
function expectClose(found: Vector, wanted: Vector): void {
  let largest = 1e-3;
  let apart = 0;
  for (let k = 0; k < wanted.length; k++) {
    largest = Math.max(largest, Math.abs(wanted[k]!));
    const distance = Math.abs(found[k]! - wanted[k]!);
    apart = distance <= apart ? apart : distance;
  }
  expect(apart).toBeLessThanOrEqual(1e-5 * largest);
}

const styles: readonly NetworkStyle[] = [
  {},
  { activation: "silu", normalisation: "layer" },
  { activation: "relu", memory: "gru" },
];

/** SHA-256 of the parameters of small networks after some steps towards half the sum of squared outputs. */
function trainedHash(kernels: Kernels): string {
  const hash = createHash("sha256");
  for (const style of styles) {
    const rng = createRng(1);
    const network = defineNetwork([11, 37, 18, 5], style);
    const parameters = kernels.vector(network.endsAt);
    for (let k = 0; k < parameters.length; k++) parameters[k] = rng.between(-0.5, 0.5);
    const [gradient, moments] = [kernels.vector(network.endsAt), kernels.vector(2 * network.endsAt)];
    const scratch = createScratch(kernels, network, 93);
    const rate = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientScale: 0.7 };
    for (let step = 1; step <= 20; step++) {
      for (let k = 0; k < scratch.input.length; k++) scratch.input[k] = rng.between(-1, 1);
      forward(kernels, network, parameters, scratch, 93, 3);
      scratch.outputGradient.set(scratch.output);
      backward(kernels, network, parameters, gradient.fill(0), scratch, 93, 3);
      kernels.adam(parameters, gradient, moments, step, rate);
    }
    expect(parameters.every(Number.isFinite)).toBe(true);
    hash.update(new Uint8Array(parameters.buffer, parameters.byteOffset, parameters.byteLength));
  }
  return hash.digest("hex");
}

describe.skipIf(names.length === 0)("native kernels", () => {
  test.each(names)(
    "%s: dense layers of any shape are the plain kernels'; nothing around is read or written",
    (name) => {
      const kernels = natives[name]!();
      fc.assert(
        fc.property(shape, (s) => {
          const wanted = throughDense(plain, s);
          for (const [k, found] of throughDense(kernels, s).entries()) expectClose(found, wanted[k]!);
        }),
        { numRuns: 25 },
      );
    },
  );

  test("training gives the same bytes twice, and the ones that every instruction set gives", () => {
    for (const name of names)
      for (let k = 0; k < 2; k++)
        expect(trainedHash(natives[name]!()), name).toMatchInlineSnapshot(
          `"f4a3217621f183a5472075bd0812fc2fe660e77705c3e6c79fcd6cddab9078b9"`,
        );
  });

  test.each(names)("%s: tanh is right to 4e-7 from end to end, never leaves [-1, 1] and is odd", (name) => {
    const kernels = natives[name]!();
    const count = 100_001;
    const x = kernels.vector(count).map((_, k) => (k - 50_000) / 5_000);
    const [input, y] = [kernels.vector(count), kernels.vector(count)];
    input.set(x);
    kernels.activateForward("tanh", input, y, count);
    let worst = 0;
    for (let k = 0; k < count; k++) {
      worst = Math.max(worst, Math.abs(y[k]! - Math.tanh(x[k]!)));
      if (!(Math.abs(y[k]!) <= 1) || y[k] !== -y[count - 1 - k]!) expect.fail(`tanh(${x[k]}) = ${y[k]}`);
    }
    expect(worst).toBeLessThan(4e-7);
  });

  test.each(names)("%s: a row's output has the same bits alone as anywhere in a batch", (name) => {
    const kernels = natives[name]!();
    const rng = createRng(3);
    const layer: Dense = { kind: "dense", fanIn: 13, fanOut: 71, weightsAt: 0, biasesAt: 923, activation: "tanh" };
    const fill = (vector: Vector): Vector => {
      for (let k = 0; k < vector.length; k++) vector[k] = rng.between(-1, 1);
      return vector;
    };
    const [parameters, batch] = [fill(kernels.vector(994)), fill(kernels.vector(15 * 13))];
    const [together, alone] = [kernels.vector(15 * 71), kernels.vector(71)];
    kernels.denseForward(layer, parameters, batch, together, 15);
    for (let r = 0; r < 15; r++) {
      kernels.denseForward(layer, parameters, batch.subarray(r * 13, (r + 1) * 13), alone, 1);
      expect(alone).toEqual(together.slice(r * 71, (r + 1) * 71));
    }
  });
});
