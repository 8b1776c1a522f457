import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import type { Dense, GruStep, Kernels, Nonlinearity, Norm, Vector } from "../../src/nn/kernels.ts";
import { createPlainKernels } from "../../src/nn/plain.ts";
import { backEnds } from "./back-ends.ts";

const plain = createPlainKernels();

const shape = fc.record({
  rows: fc.integer({ min: 1, max: 9 }),
  width: fc.oneof(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 70 })),
  of: fc.constantFrom<Nonlinearity>("tanh", "relu", "silu"),
  // NaN spoils what reads it, even times zero; a number shows when it is overwritten by what is made of it.
  fence: fc.constantFrom(NaN, 1e30),
  seed: fc.nat(),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

/** Vectors of one computation, each between two fences of 20 numbers that no kernel may read or write. */
function fencedVectors(kernels: Kernels, { seed, fence }: Shape) {
  const rng = createRng(seed);
  const all: Vector[] = [];
  return {
    random: (length: number): Vector => {
      const whole = kernels.vector(length + 40).fill(fence);
      all.push(whole);
      const inner = whole.subarray(20, 20 + length);
      for (let k = 0; k < length; k++) inner[k] = Math.fround(rng.between(-3, 3));
      return inner;
    },
    expectFencesIntact: (): void => {
      for (const whole of all)
        for (const each of [...whole.subarray(0, 20), ...whole.subarray(-20)])
          expect(Object.is(each, whole instanceof Float32Array ? Math.fround(fence) : fence)).toBe(true);
    },
  };
}

/** Apart by at most 1e-5 of the largest number, or of 0.1: where large numbers cancel out, their rounding is left. */
function expectClose(found: Vector, wanted: Vector): void {
  let largest = 0.1;
  let apart = 0;
  for (let k = 0; k < wanted.length; k++) {
    largest = Math.max(largest, Math.abs(wanted[k]!));
    const distance = Math.abs(found[k]! - wanted[k]!);
    apart = distance <= apart ? apart : distance;
  }
  expect(apart).toBeLessThanOrEqual(1e-5 * largest);
}

type Run = (kernels: Kernels, s: Shape) => readonly Vector[];

function dense(kernels: Kernels, s: Shape): readonly Vector[] {
  const { random, expectFencesIntact } = fencedVectors(kernels, s);
  const { rows, width } = s;
  const [fanIn, own] = [Math.ceil(width / 2), s.of === "tanh" ? "tanh" : "linear"] as const;
  const biasesAt = 3 + fanIn * width;
  const layer: Dense = { kind: "dense", fanIn, fanOut: width, weightsAt: 3, biasesAt, activation: own };
  const [parameters, gradient] = [random(biasesAt + width), random(biasesAt + width)];
  const [x, y, dy, dx] = [random(rows * fanIn), random(rows * width), random(rows * width), random(rows * fanIn)];
  kernels.denseForward(layer, parameters, x, y, rows);
  kernels.denseBackward(layer, parameters, gradient, x, dy, dx, own, rows);
  expectFencesIntact();
  return [y, gradient, dx];
}

function activation(kernels: Kernels, s: Shape): readonly Vector[] {
  const { random, expectFencesIntact } = fencedVectors(kernels, s);
  const count = s.rows * s.width;
  const [x, y, dy, dx] = [random(count), random(count), random(count), random(count)];
  kernels.activateForward(s.of, x, y, count);
  kernels.activateBackward(s.of, x, dy, dx, count);
  expectFencesIntact();
  return [y, dx];
}

function norm(kernels: Kernels, s: Shape): readonly Vector[] {
  const { random, expectFencesIntact } = fencedVectors(kernels, s);
  const { rows, width } = s;
  const layer: Norm = { kind: "norm", fanIn: width, fanOut: width, gainsAt: 3, biasesAt: 3 + width };
  const [parameters, gradient] = [random(3 + 2 * width), random(3 + 2 * width)];
  const [x, y, dy, dx] = [random(rows * width), random(rows * width), random(rows * width), random(rows * width)];
  // Far apart, so that no rounding is made large by a small deviation.
  for (let row = 0; row < rows; row++) x[row * width] = x[row * width]! < 0 ? -6 : 6;
  kernels.normForward(layer, parameters, x, y, rows);
  kernels.normBackward(layer, parameters, gradient, x, dy, dx, rows);
  expectFencesIntact();
  return [y, gradient, dx];
}

function gru(kernels: Kernels, s: Shape): readonly Vector[] {
  const { random, expectFencesIntact } = fencedVectors(kernels, s);
  const { rows, width } = s;
  const [wide, narrow] = [3 * rows * width, rows * width];
  const step: GruStep = { width, ofInput: random(wide), ofState: random(wide), before: random(narrow) };
  const [after, afterGradient] = [random(narrow), random(narrow)];
  const gradients = { ofInput: random(wide), ofState: random(wide), before: random(narrow) };
  kernels.gruForward(step, after, rows);
  kernels.gruBackward(step, afterGradient, gradients, rows);
  expectFencesIntact();
  return [after, gradients.ofInput, gradients.ofState, gradients.before];
}

const runs: Readonly<Record<string, Run>> = {
  "a dense layer": dense,
  "a nonlinearity": activation,
  "layer norm": norm,
  "a gated recurrent unit": gru,
};
const others = Object.keys(backEnds).filter((name) => name !== "plain");

test.each(others.flatMap((backEnd) => Object.keys(runs).map((name) => ({ backEnd, name }))))(
  "$name and its gradients on $backEnd are the plain kernels' for any shape; nothing around is read or written",
  ({ backEnd, name }) => {
    const [kernels, run] = [backEnds[backEnd]!(), runs[name]!];
    fc.assert(
      fc.property(shape, (s) => {
        const wanted = run(plain, s);
        for (const [k, found] of run(kernels, s).entries()) expectClose(found, wanted[k]!);
      }),
      { numRuns: 50 },
    );
  },
);

test("nonlinearities are what their names say, and what is no number stays none", () => {
  const x = Float64Array.of(-20, -1, -0.1, 0, 0.5, 3, 30);
  for (const create of Object.values(backEnds)) {
    const kernels = create();
    const [input, output] = [kernels.vector(8).fill(NaN), kernels.vector(8)];
    input.set(x);
    const values = (of: Nonlinearity): number[] => {
      kernels.activateForward(of, input, output, 8);
      expect(output[7]).toBeNaN();
      return [...output.subarray(0, 7)];
    };
    expect(values("relu")).toEqual([0, 0, 0, 0, 0.5, 3, 30]);
    const exact = (f: (x: number) => number): number[] => [...x].map((one) => f(one));
    const silu = exact((one) => one / (1 + Math.exp(-one)));
    for (const [k, value] of values("silu").entries()) expect(value).toBeCloseTo(silu[k]!, 4);
    for (const [k, value] of values("tanh").entries()) expect(value).toBeCloseTo(Math.tanh(input[k]!), 6);
  }
});

test("layer norm leaves rows of mean 0 and deviation 1, however large they were", () => {
  const width = 11;
  const layer: Norm = { kind: "norm", fanIn: width, fanOut: width, gainsAt: 0, biasesAt: width };
  const parameters = plain.vector(2 * width).fill(1, 0, width);
  const rng = createRng(4);
  const x = plain.vector(3 * width).map((_, k) => 10 ** Math.floor(k / width) * (5 + rng.normal()));
  const y = plain.vector(3 * width);
  plain.normForward(layer, parameters, x, y, 3);
  for (let row = 0; row < 3; row++) {
    const values = [...y.subarray(row * width, (row + 1) * width)];
    expect(values.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 9);
    expect(values.reduce((sum, one) => sum + one * one, 0) / width).toBeCloseTo(1, 3);
  }
});
