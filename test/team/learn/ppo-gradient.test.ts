import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { initialise } from "../../../src/nn/init.ts";
import { defineMlp } from "../../../src/nn/mlp.ts";
import { createPlainKernels } from "../../../src/nn/plain.ts";
import { type Batch, createBatch, runInProcess } from "../../../src/team/learn/ppo-gradient.ts";

const kernels = createPlainKernels();
const actor = defineMlp([4, 6, 5]);
const critic = defineMlp([6, 7, 1], actor.endsAt);
const samples = 70;

function exampleBatch(shards: number): Batch {
  const rng = createRng(3);
  const batch = createBatch(kernels, { actor, critic }, { samples, shards, isMasked: false });
  initialise(actor, batch.parameters, 1, rng);
  initialise(critic, batch.parameters, 1, rng);
  for (const column of [batch.observations, batch.privileged, batch.advantages, batch.targets])
    for (let k = 0; k < column.length; k++) column[k] = rng.normal();
  for (let k = 0; k < samples; k++) {
    batch.actions[k] = rng.integer(5);
    // Far enough from the present probabilities that some samples are clipped on either side.
    batch.logProbabilities[k] = Math.log(0.2) + 0.5 * rng.normal();
  }
  return batch;
}

const options = { clip: 0.2, entropyWeight: 0.05 };

/** policy loss + value loss - weighted entropy, as the sums report them. */
function lossOf(batch: Batch): number {
  runInProcess({ kernels, networks: { actor, critic }, batch, options }).run({ from: 0, to: samples });
  const total = (k: number): number => batch.sums.reduce((sum, one) => sum + one[k]!, 0) / samples;
  return total(0) + total(1) - options.entropyWeight * total(2);
}

test("the gradient of the whole loss agrees with finite differences", () => {
  const batch = exampleBatch(1);
  lossOf(batch);
  const gradient = batch.gradients[0]!.slice();
  const h = 1e-5;
  let largest = 0;
  for (let k = 0; k < batch.parameters.length; k++) {
    const kept = batch.parameters[k]!;
    batch.parameters[k] = kept + h;
    const above = lossOf(batch);
    batch.parameters[k] = kept - h;
    const below = lossOf(batch);
    batch.parameters[k] = kept;
    largest = Math.max(largest, Math.abs(gradient[k]! - (above - below) / (2 * h)));
  }
  expect(largest).toBeLessThan(1e-5);
});

test("some samples of the example are clipped and some are not", () => {
  const batch = exampleBatch(1);
  lossOf(batch);
  const clipped = batch.sums[0]![4]! / samples;
  expect(clipped).toBeGreaterThan(0.1);
  expect(clipped).toBeLessThan(0.9);
});

test("shards add up to the gradient of the whole", () => {
  const whole = exampleBatch(1);
  const parts = exampleBatch(4);
  lossOf(whole);
  lossOf(parts);
  for (let k = 0; k < whole.parameters.length; k++) {
    const sum = parts.gradients.reduce((total, gradient) => total + gradient[k]!, 0);
    expect(sum).toBeCloseTo(whole.gradients[0]![k]!, 12);
  }
});
