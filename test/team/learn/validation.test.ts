import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { initialise } from "../../../src/nn/init.ts";
import { defineNetwork, type NetworkStyle } from "../../../src/nn/network.ts";
import { createPlainKernels } from "../../../src/nn/plain.ts";
import { createWasmKernels } from "../../../src/nn/wasm.ts";
import type { Kernels } from "../../../src/nn/kernels.ts";
import { createValidator, type Validation } from "../../../src/team/learn/validation.ts";
import { createToyGame } from "../toy-game.ts";

const style: NetworkStyle = { memory: "gru", normalisation: "layer" };
const network = defineNetwork([3, 32, 32, 5], style);

function weightsOf(seed: number): Float32Array {
  const weights = new Float32Array(network.endsAt);
  initialise(network, weights, 2, createRng(seed));
  // Large, so that what it remembers decides.
  return weights.map((weight) => 3 * weight);
}

function validatorOn(kernels: Kernels): (weights: Float32Array) => Validation {
  return createValidator({ game: createToyGame(1), kernels, network, steps: 8 });
}

test("an actor does the same whoever was validated before it, also where it remembers", () => {
  const validate = validatorOn(createPlainKernels());
  const [one, other] = [weightsOf(1), weightsOf(2)];
  const first = validate(one);
  expect(validate(other)).not.toEqual(first);
  expect(validate(one)).toEqual(first);
  expect(validatorOn(createPlainKernels())(one)).toEqual(first);
});

test("any number of validations fits into the memory that the first one took", () => {
  const validate = validatorOn(createWasmKernels({ memoryMiB: 1 }));
  const weights = weightsOf(1);
  const first = validate(weights);
  for (let play = 0; play < 50; play++) expect(validate(weights)).toEqual(first);
});
