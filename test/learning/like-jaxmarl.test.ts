import { expect, test } from "vitest";
import { createWasmKernels } from "../../src/nn/wasm.ts";
import { learningCurve } from "../../src/team/learn/known-trainings.ts";
import { jaxmarlTrainings } from "../../src/team/learn/peer-trainings.ts";

const { ippo, mappo } = jaxmarlTrainings;
/** Of the 976 rollouts that 2 M steps are: the first tenth, with the learning rate that falls over all of them. */
const rollouts = 98;
const firstTenth = {
  totalSteps: rollouts * ippo.environments * ippo.options.rolloutSteps,
  finalLearningRate: ippo.options.learningRate * (1 - rollouts / 976),
};

/**
 * What JaxMARL's own loops get, mean of 10 seeds, of 7 for MAPPO: bench/jaxmarl-spread.py --steps 2e6, second twentieth; with --algorithm
 * mappo --steps 327680, last tenth. All of it: docs/algorithms/ippo.md.
 */
const recorded = [
  { name: "IPPO", training: ippo, change: firstTenth, from: 10, theirs: -23.4 },
  { name: "MAPPO", training: mappo, change: { totalSteps: 327_680 }, from: 18, theirs: -21.6 },
] as const;

test.each(recorded)("$name with all of JaxMARL's options gets what JaxMARL's gets", ({ training, change, ...of }) => {
  const ours = [1, 2].flatMap((seed) => {
    const kernels = createWasmKernels({ memoryMiB: 64 });
    return learningCurve({ training, algorithm: "ippo", kernels, seed, change }).slice(of.from);
  });
  const mean = ours.reduce((sum, one) => sum + one, 0) / ours.length;
  expect(Math.abs(mean / of.theirs - 1)).toBeLessThan(0.05);
});
