import { expect, test } from "vitest";
import { createWasmKernels } from "../../src/nn/wasm.ts";
import { knownTrainings, learningCurve } from "../../src/team/learn/known-trainings.ts";

test.each([1, 2])("PPO swings up the pendulum with numbers as actions, seed %i", (seed) => {
  const kernels = createWasmKernels({ memoryMiB: 64 });
  const curve = learningCurve({ training: knownTrainings.pendulum, algorithm: "ippo", kernels, seed });
  expect(curve[0]).toBeLessThan(-900);
  expect((curve.at(-2)! + curve.at(-1)!) / 2).toBeGreaterThan(-300);
});

// What chance gets: see simple-spread.test.ts.
test("PPO learns to spread over the landmarks with two choices an action", () => {
  const training = knownTrainings["simple-spread-in-parts"];
  const run = { training, algorithm: "ippo" as const, seed: 1, change: { totalSteps: 250_000 } };
  const curve = learningCurve({ ...run, kernels: createWasmKernels({ memoryMiB: 64 }) });
  expect((curve.at(-2)! + curve.at(-1)!) / 2).toBeGreaterThan(-21);
});
