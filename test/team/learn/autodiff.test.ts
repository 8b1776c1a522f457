import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { initialise } from "../../../src/nn/init.ts";
import type { Kernels } from "../../../src/nn/kernels.ts";
import { defineMlp } from "../../../src/nn/mlp.ts";
import { createPlainKernels } from "../../../src/nn/plain.ts";
import { createWasmKernels } from "../../../src/nn/wasm.ts";
import { type Batch, createBatch, type LossOptions, runInProcess } from "../../../src/team/learn/ppo-gradient.ts";
import { autodiff, mlpInTensorFlow, relativeDistance } from "../../nn/autodiff.ts";

const samples = 70;
const actions = 5;
const actor = defineMlp([4, 6, actions]);
const critic = defineMlp([6, 7, 1], actor.endsAt);

function exampleBatch(kernels: Kernels, isMasked: boolean): Batch {
  const rng = createRng(3);
  const batch = createBatch(kernels, { actor, critic }, { samples, shards: 1, isMasked, isValueClipped: true });
  initialise(actor, batch.parameters, 1, rng);
  initialise(critic, batch.parameters, 1, rng);
  for (const column of [batch.observations, batch.privileged, batch.advantages, batch.targets, batch.values])
    for (let k = 0; k < column.length; k++) column[k] = rng.normal();
  for (let k = 0; k < samples; k++) {
    batch.actions[k] = rng.integer(actions);
    // Far enough from the present probabilities that some samples are clipped on either side.
    batch.logProbabilities[k] = Math.log(0.2) + 0.5 * rng.normal();
  }
  for (let k = 0; k < batch.masks.length; k++) batch.masks[k] = rng.uniform() < 0.7 ? 1 : 0;
  if (isMasked) for (const [k, action] of batch.actions.entries()) batch.masks[k * actions + action] = 1;
  return batch;
}

const column = (values: ArrayLike<number>): tf.Tensor1D => tf.tensor1d(Float32Array.from(values));
const matrix = (values: ArrayLike<number>, width: number): tf.Tensor2D =>
  tf.tensor2d(Float32Array.from(values), [samples, width]);

/** The clipped objective and the entropy bonus, as arXiv 1707.06347 writes them. */
function policyLoss(batch: Batch, { clip, entropyWeight }: LossOptions, parameters: tf.Tensor1D): tf.Scalar {
  const logits = mlpInTensorFlow(actor, parameters, matrix(batch.observations, 4));
  const allowed = batch.masks.length > 0 ? matrix(batch.masks, actions) : tf.ones<tf.Rank.R2>([samples, actions]);
  const log = tf.logSoftmax(tf.sub(logits, tf.mul(1e9, tf.sub(1, allowed))));
  const taken = tf.sum(tf.mul(log, tf.oneHot(tf.tensor1d([...batch.actions], "int32"), actions)), 1);
  const ratio = tf.exp(tf.sub(taken, column(batch.logProbabilities)));
  const advantage = column(batch.advantages);
  const clipped = tf.clipByValue(ratio, 1 - clip, 1 + clip);
  const objective = tf.mean(tf.minimum(tf.mul(ratio, advantage), tf.mul(clipped, advantage)));
  const entropy = tf.mean(tf.sum(tf.mul(tf.neg(tf.exp(log)), tf.mul(log, allowed)), 1));
  return tf.sub(tf.neg(objective), tf.mul(entropyWeight, entropy));
}

/** Half the square of each number, or Huber's loss. */
function errorLoss(error: tf.Tensor1D, huber: number | undefined): tf.Tensor1D {
  if (huber === undefined) return tf.mul(0.5, tf.square(error));
  const size = tf.abs(error);
  const curved = tf.minimum(size, huber);
  return tf.add(tf.mul(0.5, tf.square(curved)), tf.mul(huber, tf.sub(size, curved)));
}

function valueLoss(batch: Batch, { huber, valueClip = 1e9 }: LossOptions, parameters: tf.Tensor1D): tf.Scalar {
  const input = tf.concat2d([matrix(batch.observations, 4), matrix(batch.privileged, 2)], 1);
  const values = tf.reshape<tf.Rank.R1>(mlpInTensorFlow(critic, parameters, input), [samples]);
  const before = column(batch.values);
  const clipped = tf.add<tf.Tensor1D>(before, tf.clipByValue(tf.sub(values, before), -valueClip, valueClip));
  const targets = column(batch.targets);
  const losses = [values, clipped].map((each) => errorLoss(tf.sub<tf.Tensor1D>(each, targets), huber));
  return tf.mean(tf.maximum(losses[0]!, losses[1]!));
}

const options: LossOptions = { clip: 0.2, entropyWeight: 0.05 };
const valueOptions: readonly Pick<LossOptions, "huber" | "valueClip">[] = [
  {},
  { huber: 0.7 },
  { valueClip: 0.4 },
  { huber: 0.7, valueClip: 0.4 },
];
const backEnds: Readonly<Record<string, () => Kernels>> = {
  plain: createPlainKernels,
  wasm: () => createWasmKernels({ memoryMiB: 4 }),
};
const cases = Object.keys(backEnds).flatMap((backEnd) =>
  [true, false].flatMap((isMasked) => valueOptions.map((of) => ({ backEnd, isMasked, of }))),
);

test.each(cases)("losses and gradients on $backEnd are TensorFlow's, masked $isMasked, critic $of", (each) => {
  const kernels = backEnds[each.backEnd]!();
  const batch = exampleBatch(kernels, each.isMasked);
  const all = { ...options, ...each.of };
  runInProcess({ kernels, networks: { actor, critic }, batch, options: all }).run({ from: 0, to: samples });
  const policy = autodiff((vector) => policyLoss(batch, all, vector), batch.parameters);
  const value = autodiff((vector) => valueLoss(batch, all, vector), batch.parameters);
  const wanted = policy.gradient.map((one, k) => one + value.gradient[k]!);
  expect(relativeDistance(batch.gradients[0]!, wanted)).toBeLessThan(1e-5);
  const [policySum, valueSum, entropySum] = batch.sums[0]!;
  expect((policySum! - all.entropyWeight * entropySum!) / samples).toBeCloseTo(policy.value, 5);
  expect(valueSum! / samples).toBeCloseTo(value.value, 5);
});

test("each option of the critic's loss changes the gradient of the example", () => {
  const kernels = createPlainKernels();
  const gradients = valueOptions.map((of) => {
    const batch = exampleBatch(kernels, false);
    const setup = { kernels, networks: { actor, critic }, batch, options: { ...options, ...of } };
    runInProcess(setup).run({ from: 0, to: samples });
    return batch.gradients[0]!.join();
  });
  expect(new Set(gradients).size).toBe(valueOptions.length);
});
