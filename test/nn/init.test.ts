import { expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import { initialise } from "../../src/nn/init.ts";
import { defineMlp } from "../../src/nn/mlp.ts";

test.each([
  { fanIn: 5, fanOut: 9 },
  { fanIn: 9, fanOut: 5 },
  { fanIn: 6, fanOut: 6 },
])("weights $fanOut x $fanIn are orthogonal with the asked gain", ({ fanIn, fanOut }) => {
  const mlp = defineMlp([fanIn, fanOut]);
  const parameters = new Float64Array(mlp.endsAt).fill(7);
  initialise(mlp, parameters, 0.5, createRng(1));
  const weight = (o: number, i: number): number => parameters[o * fanIn + i]!;
  const vectors = Math.min(fanIn, fanOut);
  for (let a = 0; a < vectors; a++) {
    for (let b = 0; b < vectors; b++) {
      let dot = 0;
      for (let k = 0; k < Math.max(fanIn, fanOut); k++)
        dot += fanOut <= fanIn ? weight(a, k) * weight(b, k) : weight(k, a) * weight(k, b);
      expect(dot).toBeCloseTo(a === b ? 0.25 : 0, 10);
    }
  }
  expect(parameters.subarray(fanIn * fanOut)).toEqual(new Float64Array(fanOut));
});

test("the same seed gives the same network, another seed another one", () => {
  const mlp = defineMlp([4, 8, 3]);
  const make = (seed: number): Float64Array => {
    const parameters = new Float64Array(mlp.endsAt);
    initialise(mlp, parameters, 0.01, createRng(seed));
    return parameters;
  };
  expect(make(1)).toEqual(make(1));
  expect(make(1)).not.toEqual(make(2));
});
