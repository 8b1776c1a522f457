import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import type { Activation, AdamRate, Dense, Kernels, Vector } from "../../src/nn/kernels.ts";
import { type Mlp, backward, createScratch, defineMlp, forward } from "../../src/nn/mlp.ts";
import { createPlainKernels } from "../../src/nn/plain.ts";
import { createWasmKernels } from "../../src/nn/wasm.ts";

const RATE: AdamRate = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientScale: 0.7 };
const plain = createPlainKernels();

const activation = fc.constantFrom<Activation>("linear", "tanh");
const size = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 70 }));
const shape = fc.record({
  rows: size,
  fanIn: size,
  fanOut: size,
  activation,
  below: activation,
  offset: fc.integer({ min: 0, max: 7 }),
  // NaN spoils what reads it, even times zero; a number shows when it is overwritten by what is made of it.
  fence: fc.constantFrom(NaN, 1e30),
  seed: fc.nat(),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

type Fenced = { readonly whole: Vector; readonly inner: Vector };

/** A vector between two fences of 20 numbers that no kernel may read or write. */
function fenced(kernels: Kernels, length: number, fence: number, fill: () => number): Fenced {
  const whole = kernels.vector(length + 40).fill(fence);
  const inner = whole.subarray(20, 20 + length);
  for (let k = 0; k < length; k++) inner[k] = Math.fround(fill());
  return { whole, inner };
}

function expectFencesIntact({ whole }: Fenced, fence: number): void {
  const [before, behind] = [whole.subarray(0, 20), whole.subarray(-20)];
  expect([...before, ...behind]).toEqual(
    Array.from({ length: 40 }, () => (before.constructor === Float32Array ? Math.fround(fence) : fence)),
  );
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

function layerOf(s: Shape): Dense {
  const { fanIn, fanOut, offset } = s;
  return {
    kind: "dense",
    fanIn,
    fanOut,
    weightsAt: offset,
    biasesAt: offset + fanIn * fanOut,
    activation: s.activation,
  };
}

function runForward(kernels: Kernels, s: Shape): Vector {
  const layer = layerOf(s);
  const rng = createRng(s.seed);
  const random = (length: number): Fenced => fenced(kernels, length, s.fence, () => rng.between(-1, 1));
  const parameters = random(layer.biasesAt + s.fanOut);
  const input = random(s.rows * s.fanIn);
  const output = random(s.rows * s.fanOut);
  kernels.denseForward(layer, parameters.inner, input.inner, output.inner, s.rows);
  expectFencesIntact(output, s.fence);
  return output.inner;
}

type Gradients = { readonly gradient: Vector; readonly inputGradient: Vector };

function runBackward(kernels: Kernels, s: Shape): Gradients {
  const layer = layerOf(s);
  const rng = createRng(s.seed);
  const random = (length: number): Fenced => fenced(kernels, length, s.fence, () => rng.between(-1, 1));
  const [parameters, gradient] = [random(layer.biasesAt + s.fanOut), random(layer.biasesAt + s.fanOut)];
  const [input, inputGradient] = [random(s.rows * s.fanIn), random(s.rows * s.fanIn)];
  const { inner: outputGradient } = random(s.rows * s.fanOut);
  const [p, g, x, dx] = [parameters.inner, gradient.inner, input.inner, inputGradient.inner];
  kernels.denseBackward(layer, p, g, x, outputGradient, dx, s.below, s.rows);
  expectFencesIntact(gradient, s.fence);
  expectFencesIntact(inputGradient, s.fence);
  return { gradient: g, inputGradient: dx };
}

test("a layer's output is the plain kernels' for any shape, and nothing around it is read or written", () => {
  const wasm = createWasmKernels();
  fc.assert(
    fc.property(shape, (s) => {
      expectClose(runForward(wasm, s), runForward(plain, s));
    }),
    { numRuns: 150 },
  );
});

test("a layer's gradients are the plain kernels' for any shape, and nothing around them is read or written", () => {
  const wasm = createWasmKernels();
  fc.assert(
    fc.property(shape, (s) => {
      const found = runBackward(wasm, s);
      const wanted = runBackward(plain, s);
      expectClose(found.gradient, wanted.gradient);
      expectClose(found.inputGradient, wanted.inputGradient);
    }),
    { numRuns: 150 },
  );
});

test("without an input gradient the weights' gradient is the same", () => {
  const wasm = createWasmKernels({ memoryMiB: 1 });
  const layer: Dense = { kind: "dense", fanIn: 5, fanOut: 6, weightsAt: 0, biasesAt: 30, activation: "tanh" };
  const [input, outputGradient] = [wasm.vector(35).fill(0.5), wasm.vector(42).fill(0.25)];
  const [with_, without] = [wasm.vector(36), wasm.vector(36)];
  const parameters = wasm.vector(36);
  wasm.denseBackward(layer, parameters, with_, input, outputGradient, wasm.vector(35), "linear", 7);
  wasm.denseBackward(layer, parameters, without, input, outputGradient, undefined, "linear", 7);
  expect(without).toEqual(with_);
  expect(without[35]).toBe(7 * 0.25);
});

test.each([NaN, 1e30])("twenty steps of Adam are the plain kernels', between fences of %d", (fence) => {
  const moved = [plain, createWasmKernels({ memoryMiB: 1 })].map((kernels) => {
    const rng = createRng(5);
    const parameters = fenced(kernels, 43, fence, () => rng.between(-1, 1));
    const moments = fenced(kernels, 86, fence, () => 0);
    const gradient = fenced(kernels, 43, fence, () => 0).inner;
    for (let step = 1; step <= 20; step++) {
      for (let k = 0; k < 43; k++) gradient[k] = Math.fround(rng.between(-1, 1) * 10 ** (k % 5));
      kernels.adam(parameters.inner, gradient, moments.inner, step, RATE);
    }
    expectFencesIntact(parameters, fence);
    expectFencesIntact(moments, fence);
    return { parameters: parameters.inner, moments: moments.inner };
  });
  expectClose(moved[1]!.parameters, moved[0]!.parameters);
  expectClose(moved[1]!.moments, moved[0]!.moments);
});

test("tanh is right to 4e-7 from end to end, never leaves [-1, 1], is odd, and passes NaN on", () => {
  const wasm = createWasmKernels({ memoryMiB: 4 });
  const count = 100_001;
  const layer: Dense = { kind: "dense", fanIn: 1, fanOut: 1, weightsAt: 0, biasesAt: 1, activation: "tanh" };
  const parameters = wasm.vector(2);
  parameters[0] = 1;
  const input = wasm.vector(count).map((_, k) => (k - 50_000) / 5_000);
  const x = wasm.vector(count + 1);
  x.set(input);
  x[count] = NaN;
  const y = wasm.vector(count + 1);
  wasm.denseForward(layer, parameters, x, y, count + 1);
  let worst = 0;
  for (let k = 0; k < count; k++) {
    worst = Math.max(worst, Math.abs(y[k]! - Math.tanh(x[k]!)));
    expect(Math.abs(y[k]!) <= 1 && y[k] === -y[count - 1 - k]!).toBe(true);
  }
  expect(worst).toBeLessThan(4e-7);
  expect(y[count]).toBeNaN();
});

test("a row's output has the same bits alone as anywhere in a batch", () => {
  const wasm = createWasmKernels({ memoryMiB: 1 });
  const rng = createRng(3);
  const layer: Dense = { kind: "dense", fanIn: 13, fanOut: 7, weightsAt: 0, biasesAt: 91, activation: "tanh" };
  const { inner: parameters } = fenced(wasm, 98, 0, () => rng.between(-1, 1));
  const { inner: batch } = fenced(wasm, 9 * 13, 0, () => rng.between(-1, 1));
  const together = wasm.vector(9 * 7);
  wasm.denseForward(layer, parameters, batch, together, 9);
  for (let r = 0; r < 9; r++) {
    const alone = wasm.vector(7);
    wasm.denseForward(layer, parameters, batch.subarray(r * 13, (r + 1) * 13), alone, 1);
    expect(alone).toEqual(together.slice(r * 7, (r + 1) * 7));
  }
});

/** Half the sum of squared outputs, whose gradient by the outputs are the outputs. */
function halfSquares(
  kernels: Kernels,
  mlp: Mlp,
  parameters: Vector,
  scratch: ReturnType<typeof createScratch>,
): number {
  forward(kernels, mlp, parameters, scratch, 9);
  let sum = 0;
  for (const value of scratch.output) sum += (value * value) / 2;
  return sum;
}

/** A network with random parameters, and a batch for it. */
function smallNetwork(kernels: Kernels) {
  const mlp = defineMlp([5, 7, 6, 3]);
  const rng = createRng(11);
  const parameters = kernels.vector(mlp.endsAt);
  for (let k = 0; k < mlp.endsAt; k++) parameters[k] = Math.fround(rng.between(-0.8, 0.8));
  const scratch = createScratch(kernels, mlp, 9);
  for (let k = 0; k < scratch.input.length; k++) scratch.input[k] = Math.fround(rng.between(-1, 1));
  return { mlp, parameters, scratch };
}

test("the gradient of a whole network is the plain network's slope, measured by differences", () => {
  const wasm = createWasmKernels({ memoryMiB: 1 });
  const own = smallNetwork(wasm);
  const gradient = wasm.vector(own.mlp.endsAt);
  halfSquares(wasm, own.mlp, own.parameters, own.scratch);
  own.scratch.outputGradient.set(own.scratch.output);
  backward(wasm, own.mlp, own.parameters, gradient, own.scratch, 9);
  const { mlp, parameters, scratch } = smallNetwork(plain);
  for (let k = 0; k < mlp.endsAt; k++) {
    const kept = parameters[k]!;
    parameters[k] = kept + 1e-4;
    const above = halfSquares(plain, mlp, parameters, scratch);
    parameters[k] = kept - 1e-4;
    const slope = (above - halfSquares(plain, mlp, parameters, scratch)) / 2e-4;
    parameters[k] = kept;
    expect(Math.abs(gradient[k]! - slope)).toBeLessThan(1e-4);
  }
});

/** The bytes of a network's parameters after a hundred steps towards half the sum of squares. */
function trainedBytes(): string {
  const wasm = createWasmKernels({ memoryMiB: 2 });
  const rng = createRng(1);
  const mlp = defineMlp([11, 18, 18, 5]);
  const parameters = wasm.vector(mlp.endsAt);
  for (let k = 0; k < mlp.endsAt; k++) parameters[k] = rng.between(-0.5, 0.5);
  const [gradient, moments] = [wasm.vector(mlp.endsAt), wasm.vector(2 * mlp.endsAt)];
  const scratch = createScratch(wasm, mlp, 67);
  for (let step = 1; step <= 100; step++) {
    for (let k = 0; k < scratch.input.length; k++) scratch.input[k] = rng.between(-1, 1);
    forward(wasm, mlp, parameters, scratch, 67);
    scratch.outputGradient.set(scratch.output);
    backward(wasm, mlp, parameters, gradient.fill(0), scratch, 67);
    wasm.adam(parameters, gradient, moments, step, RATE);
  }
  expect(parameters.every(Number.isFinite)).toBe(true);
  const bytes = new Uint8Array(parameters.buffer, parameters.byteOffset, parameters.byteLength);
  return createHash("sha256").update(bytes).digest("hex");
}

test("training gives the same bytes twice, and the ones it gives on every machine", () => {
  const bytes = trainedBytes();
  expect(trainedBytes()).toBe(bytes);
  expect(bytes).toMatchInlineSnapshot(`"afaa694000c2ca979dbc93749ce31eec04cc6a287e2210c0546db7f00cd3771d"`);
});

test("vectors are zero, apart from each other, and start at cache lines", () => {
  const wasm = createWasmKernels({ memoryMiB: 1 });
  const [a, b] = [wasm.vector(5), wasm.vector(3)];
  a.fill(1);
  expect([...b]).toEqual([0, 0, 0]);
  expect([a.byteOffset % 64, b.byteOffset % 64]).toEqual([0, 0]);
});

test("a full memory says how much is taken and what to ask for", () => {
  const wasm = createWasmKernels({ memoryMiB: 1 });
  wasm.vector(200_000);
  expect(() => wasm.vector(100_000)).toThrow(/memory is full: 0\.8 of 1 MiB.*100000 numbers.*more memoryMiB/);
});

test("vectors of other kernels and vectors that are too short are refused", () => {
  const wasm = createWasmKernels({ memoryMiB: 1 });
  const layer: Dense = { kind: "dense", fanIn: 4, fanOut: 4, weightsAt: 0, biasesAt: 16, activation: "linear" };
  const [parameters, input, output] = [wasm.vector(20), wasm.vector(8), wasm.vector(8)];
  const foreign = createWasmKernels({ memoryMiB: 1 }).vector(8);
  expect(() => wasm.denseForward(layer, parameters, foreign, output, 2)).toThrow(/not made by vector/);
  expect(() => wasm.denseForward(layer, parameters, new Float64Array(8), output, 2)).toThrow(/not made by vector/);
  expect(() => wasm.denseForward(layer, parameters, input, output, 3)).toThrow(/too short: 12 from 0/);
  expect(() => wasm.denseForward({ ...layer, biasesAt: 17 }, parameters, input, output, 2)).toThrow(
    /too short: 4 from 17/,
  );
  expect(() => wasm.adam(parameters, parameters, wasm.vector(39), 1, RATE)).toThrow(/too short: 40 from 0/);
});
