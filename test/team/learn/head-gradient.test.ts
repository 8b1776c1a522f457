import * as tf from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import type { ActionSpace } from "../../../src/nn/head.ts";
import { initialise } from "../../../src/nn/init.ts";
import { defineMlp } from "../../../src/nn/mlp.ts";
import { createPlainKernels } from "../../../src/nn/plain.ts";
import {
  type ActorCritic,
  type Batch,
  createBatch,
  headOf,
  lossSums,
  runInProcess,
} from "../../../src/team/learn/ppo-gradient.ts";
import { autodiff, networkInTensorFlow, relativeDistance } from "../../nn/autodiff.ts";

const kernels = createPlainKernels();
const samples = 50;
const options = { clip: 0.2, entropyWeight: 0.05 };
const spaces: readonly ActionSpace[] = [
  { kind: "categorical", choices: 5 },
  { kind: "multi-discrete", choices: [3, 2, 4] },
  { kind: "squashed-gaussian", size: 2 },
];

function networksOf(actionSpace: ActionSpace, outputs: number): ActorCritic {
  const actor = defineMlp([4, 6, outputs]);
  return { actor, critic: defineMlp([6, 7, 1], actor.endsAt), actionSpace };
}

/** Actions that an actor of other weights drew, so that some samples are clipped on either side. */
function exampleBatch(networks: ActorCritic, isMasked: boolean): Batch {
  const rng = createRng(3);
  const head = headOf(networks);
  const batch = createBatch(kernels, networks, { samples, shards: 1, isMasked });
  initialise(networks.actor, batch.parameters, 1, rng);
  initialise(networks.critic, batch.parameters, 1, rng);
  for (const column of [batch.observations, batch.privileged, batch.advantages, batch.targets])
    for (let k = 0; k < column.length; k++) column[k] = rng.normal();
  batch.masks.fill(1);
  for (let k = 0; k < samples; k++) {
    // The last choice of the last part: one is left in each.
    if (isMasked && k % 3 === 0) batch.masks[(k + 1) * head.outputs - 1] = 0;
    const output = new Float64Array(head.outputs).map(() => 0.4 * rng.normal());
    head.prepare(output, 0, batch.masks, k * head.outputs);
    head.draw(output, 0, rng, batch.actions, k * head.actionSize);
    batch.logProbabilities[k] = head.logProbability(output, 0, batch.actions, k * head.actionSize);
  }
  return batch;
}

const cases = spaces.flatMap((space) =>
  [true, false]
    .filter((isMasked) => !isMasked || space.kind !== "squashed-gaussian")
    .map((isMasked) => ({ space, kind: space.kind, isMasked })),
);

test.each(cases)("PPO's gradient of $kind actions is its loss's slope, masked $isMasked", ({ space, isMasked }) => {
  const outputs = { categorical: 5, "multi-discrete": 9, "squashed-gaussian": 4 }[space.kind];
  const networks = networksOf(space, outputs);
  const batch = exampleBatch(networks, isMasked);
  const runner = runInProcess({ kernels, networks, batch, options });
  const lossOf = (): number => {
    runner.run({ from: 0, to: samples });
    const [policy, value, entropy] = batch.sums[0]!;
    return (policy! + value! - options.entropyWeight * entropy!) / samples;
  };
  lossOf();
  const gradient = batch.gradients[0]!.slice();
  const clipped = batch.sums[0]![lossSums.indexOf("clipped")]! / samples;
  expect(clipped).toBeGreaterThan(0.1);
  expect(clipped).toBeLessThan(0.9);
  for (let k = 0; k < batch.parameters.length; k++) {
    const kept = batch.parameters[k]!;
    batch.parameters[k] = kept + 1e-5;
    const above = lossOf();
    batch.parameters[k] = kept - 1e-5;
    const slope = (above - lossOf()) / 2e-5;
    batch.parameters[k] = kept;
    expect(Math.abs(gradient[k]! - slope)).toBeLessThan(1e-5);
  }
});

const column = (values: ArrayLike<number>): tf.Tensor1D => tf.tensor1d(Float32Array.from(values));

test("of numbers, PPO's gradient is TensorFlow's of the ratio of densities", () => {
  const networks = networksOf({ kind: "squashed-gaussian", size: 2 }, 4);
  const batch = exampleBatch(networks, false);
  const noBonus = { clip: 0.2, entropyWeight: 0 };
  runInProcess({ kernels, networks, batch, options: noBonus }).run({ from: 0, to: samples });
  const seen = tf.tensor2d(Float32Array.from(batch.observations), [samples, 4]);
  const numbers = tf.tensor2d(Float32Array.from(batch.actions), [samples, 2]);
  const theirs = autodiff((vector) => {
    const [mean, logDeviation] = tf.split(networkInTensorFlow(networks.actor, vector, seen), 2, 1);
    const off = tf.div(tf.sub(numbers, mean!), tf.exp(logDeviation!));
    const normal = tf.sub(tf.mul(-0.5, tf.square(off)), tf.add(logDeviation!, 0.5 * Math.log(2 * Math.PI)));
    const squash = tf.log(tf.sub(1, tf.square(tf.tanh(numbers))));
    const ratio = tf.exp(tf.sub(tf.sum(tf.sub(normal, squash), 1), column(batch.logProbabilities)));
    const advantage = column(batch.advantages);
    const clipped = tf.mul(tf.clipByValue(ratio, 0.8, 1.2), advantage);
    return tf.neg(tf.mean(tf.minimum(tf.mul(ratio, advantage), clipped)));
  }, batch.parameters);
  const { endsAt } = networks.actor;
  expect(relativeDistance(batch.gradients[0]!.subarray(0, endsAt), theirs.gradient.subarray(0, endsAt))).toBeLessThan(
    1e-4,
  );
});

test.each([true, false])(
  "for one of some actions it is, bit by bit, what the loop of its own computes, masked %s",
  (isMasked) => {
    const of = (actionSpace?: ActionSpace): Batch => {
      const { actor, critic } = networksOf(spaces[0]!, 5);
      const networks: ActorCritic = { actor, critic, ...(actionSpace && { actionSpace }) };
      const batch = exampleBatch(networks, isMasked);
      runInProcess({ kernels, networks, batch, options }).run({ from: 0, to: samples });
      return batch;
    };
    const [own, general] = [of(), of(spaces[0])];
    expect(general.gradients).toEqual(own.gradients);
    expect(general.sums).toEqual(own.sums);
  },
);
