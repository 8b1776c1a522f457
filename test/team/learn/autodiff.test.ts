import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { initialise } from "../../../src/nn/init.ts";
import type { Kernels } from "../../../src/nn/kernels.ts";
import { defineMlp } from "../../../src/nn/mlp.ts";
import { defineNetwork, memoryWidth, type Network, type NetworkStyle } from "../../../src/nn/network.ts";
import { createPlainKernels } from "../../../src/nn/plain.ts";
import {
  type ActorCritic,
  type Batch,
  createBatch,
  type LossOptions,
  runInProcess,
  type Sequences,
} from "../../../src/team/learn/ppo-gradient.ts";
import { autodiff, networkInTensorFlow, relativeDistance } from "../../nn/autodiff.ts";
import { backEnds } from "../../nn/back-ends.ts";

const samples = 72;
const actions = 5;
const actor = defineMlp([4, 6, actions]);
const plainNetworks: ActorCritic = { actor, critic: defineMlp([6, 7, 1], actor.endsAt) };
/** A critic that is shown nothing but what stands beside the agent's own observation. */
const apartNetworks: ActorCritic = { actor, critic: defineMlp([2, 7, 1], actor.endsAt), hidesOwn: true };
/** Sequences of three steps of four rows. */
const memory: NetworkStyle = { memory: "gru" };
const remembering = defineNetwork([4, 6, actions], memory);
const networksWithMemory: ActorCritic = {
  actor: remembering,
  critic: defineNetwork([6, 7, 1], memory, remembering.endsAt),
  sequences: { steps: 3, rows: 4 },
};

function exampleBatch(kernels: Kernels, networks: ActorCritic, isMasked: boolean): Batch {
  const rng = createRng(3);
  const batch = createBatch(kernels, networks, { samples, shards: 1, isMasked, isValueClipped: true });
  initialise(networks.actor, batch.parameters, 1, rng);
  initialise(networks.critic, batch.parameters, 1, rng);
  for (const column of [batch.actorMemory, batch.criticMemory])
    for (let k = 0; k < column.length; k++) column[k] = Math.fround(rng.between(-1, 1));
  for (let k = 0; k < batch.starts.length; k++) batch.starts[k] = rng.uniform() < 0.2 ? 1 : 0;
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

/** A network's output for all samples; rows of a sequence's steps lie one after another in the batch. */
function outputOf(
  { starts }: Batch,
  { network, sequences, before }: Played,
  parameters: tf.Tensor1D,
  input: tf.Tensor2D,
): tf.Tensor2D {
  if (sequences === undefined) return networkInTensorFlow(network, parameters, input);
  const { steps, rows } = sequences;
  const width = memoryWidth(network);
  const parts = Array.from({ length: samples / steps / rows }, (_, part) => {
    const at = part * steps * rows;
    const own = before.subarray(part * rows * width, (part + 1) * rows * width);
    return networkInTensorFlow(network, parameters, tf.slice2d(input, [at, 0], [steps * rows, -1]), {
      steps,
      starts: starts.subarray(at, at + steps * rows),
      before: tf.tensor2d(Float32Array.from(own), [rows, width]),
    });
  });
  return tf.concat2d(parts, 0);
}

type Played = { readonly network: Network; readonly sequences: Sequences | undefined; readonly before: Float64Array };

/** The clipped objective and the entropy bonus, as arXiv 1707.06347 writes them. */
function policyLoss(batch: Batch, { clip, entropyWeight }: LossOptions, logits: tf.Tensor2D): tf.Scalar {
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

function valueLoss(batch: Batch, { huber, valueClip = 1e9 }: LossOptions, output: tf.Tensor2D): tf.Scalar {
  const values = tf.reshape<tf.Rank.R1>(output, [samples]);
  const before = column(batch.values);
  const clipped = tf.add<tf.Tensor1D>(before, tf.clipByValue(tf.sub(values, before), -valueClip, valueClip));
  const targets = column(batch.targets);
  const losses = [values, clipped].map((each) => errorLoss(tf.sub<tf.Tensor1D>(each, targets), huber));
  return tf.mean(tf.maximum(losses[0]!, losses[1]!));
}

const options: LossOptions = { clip: 0.2, entropyWeight: 0.05 };
const valueOptions: readonly Pick<LossOptions, "huber" | "valueClip" | "valueWeight">[] = [
  {},
  { huber: 0.7 },
  { valueClip: 0.4 },
  { huber: 0.7, valueClip: 0.4 },
  { valueWeight: 0.5 },
];
const networksOf = { plain: plainNetworks, memory: networksWithMemory, "critic apart": apartNetworks };
const kinds = ["plain", "memory", "critic apart"] as const;
const cases = Object.keys(backEnds).flatMap((backEnd) =>
  [true, false].flatMap((isMasked) =>
    valueOptions.flatMap((of) => kinds.map((kind) => ({ backEnd, isMasked, of, kind }))),
  ),
);

test.each(cases)(
  "losses and gradients on $backEnd are TensorFlow's, masked $isMasked, critic $of, networks: $kind",
  (each) => {
    const kernels = backEnds[each.backEnd]!();
    const networks: ActorCritic = networksOf[each.kind];
    const batch = exampleBatch(kernels, networks, each.isMasked);
    const all = { ...options, ...each.of };
    runInProcess({ kernels, networks, batch, options: all }).run({ from: 0, to: batch.order.length });
    const { sequences } = networks;
    const ofActor: Played = { network: networks.actor, sequences, before: batch.actorMemory };
    const ofCritic: Played = { network: networks.critic, sequences, before: batch.criticMemory };
    const seen = matrix(batch.observations, 4);
    const beside = matrix(batch.privileged, 2);
    const judged = networks.hidesOwn === true ? beside : tf.concat2d([seen, beside], 1);
    const policy = autodiff(
      (vector) => policyLoss(batch, all, outputOf(batch, ofActor, vector, seen)),
      batch.parameters,
    );
    const value = autodiff(
      (vector) => valueLoss(batch, all, outputOf(batch, ofCritic, vector, judged)),
      batch.parameters,
    );
    const { valueWeight = 1 } = all;
    const wanted = policy.gradient.map((one, k) => one + valueWeight * value.gradient[k]!);
    expect(relativeDistance(batch.gradients[0]!, wanted)).toBeLessThan(1e-5);
    const [policySum, valueSum, entropySum] = batch.sums[0]!;
    expect((policySum! - all.entropyWeight * entropySum!) / samples).toBeCloseTo(policy.value, 5);
    expect(valueSum! / samples).toBeCloseTo(value.value, 5);
  },
);

test("each option of the critic's loss changes the gradient of the example", () => {
  const kernels = createPlainKernels();
  const gradients = valueOptions.map((of) => {
    const batch = exampleBatch(kernels, plainNetworks, false);
    const setup = { kernels, networks: plainNetworks, batch, options: { ...options, ...of } };
    runInProcess(setup).run({ from: 0, to: samples });
    return batch.gradients[0]!.join();
  });
  expect(new Set(gradients).size).toBe(valueOptions.length);
});
