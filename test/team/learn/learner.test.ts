import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { defineMlp } from "../../../src/nn/mlp.ts";
import { createPlainKernels } from "../../../src/nn/plain.ts";
import { defaultIppoOptions, type IppoOptions } from "../../../src/team/learn/ippo-options.ts";
import { createLearner } from "../../../src/team/learn/learner.ts";
import { type Batch, createBatch } from "../../../src/team/learn/ppo-gradient.ts";

const actor = defineMlp([2, 3]);
const networks = { actor, critic: defineMlp([2, 1], actor.endsAt) };
const plain: IppoOptions = { ...defaultIppoOptions, epochs: 1, miniBatches: 1, shards: 1, preference: 0 };

/** First moments of actor and critic after one step whose gradients are 30 and 40 long: a tenth of what Adam was given. */
function taken(change: Partial<IppoOptions>): number[] {
  const kernels = createPlainKernels();
  const batch: Batch = createBatch(kernels, networks, { samples: 4, shards: 1, isMasked: false });
  const [total] = batch.gradients;
  const runner = {
    run: () => {
      total![0] = 30;
      total![actor.endsAt] = 40;
    },
  };
  const learner = createLearner({ kernels, options: { ...plain, ...change } }, networks, batch, runner);
  learner.update(1e-3, createRng(1));
  return learner.moments.map(([first]) => 10 * first!);
}

test.each([
  { what: "each gradient by itself", change: { gradientNorm: 5 }, lengths: [5, 5] },
  {
    what: "both alike by the length of both together",
    change: { gradientNorm: 5, clipsTogether: true },
    lengths: [3, 4],
  },
  { what: "none that are short enough", change: { gradientNorm: 50, clipsTogether: true }, lengths: [30, 40] },
])("the clip shortens $what", ({ change, lengths }) => {
  for (const [part, length] of taken(change).entries()) expect(length).toBeCloseTo(lengths[part]!, 9);
});

test("the critic's last weights begin as long as told", () => {
  const kernels = createPlainKernels();
  const lengthOf = (change: Partial<IppoOptions>): number => {
    const batch = createBatch(kernels, networks, { samples: 4, shards: 1, isMasked: false });
    const options = { ...plain, ...change };
    createLearner({ kernels, options }, networks, batch, { run: () => undefined }).initialise(createRng(1));
    return Math.hypot(...batch.parameters.subarray(actor.endsAt));
  };
  expect(lengthOf({})).toBeCloseTo(0.01, 9);
  expect(lengthOf({ criticGain: 1 })).toBeCloseTo(1, 9);
});
