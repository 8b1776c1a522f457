import { expect, test } from "vitest";
import { createWasmKernels } from "../../src/nn/wasm.ts";
import { knownTrainings, learningCurve } from "../../src/team/learn/known-trainings.ts";

// What chance gets: -26.4; who stands still: -24.2. Long curves: npm run known-games -- simple-spread.
test.each(["ippo", "mappo"] as const)("%s learns to spread over the landmarks in 250,000 steps", (algorithm) => {
  const run = { training: knownTrainings["simple-spread"], algorithm, seed: 1, change: { totalSteps: 250_000 } };
  const curve = learningCurve({ ...run, kernels: createWasmKernels({ memoryMiB: 64 }) });
  expect((curve.at(-2)! + curve.at(-1)!) / 2).toBeGreaterThan(-21);
});
