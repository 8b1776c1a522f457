import { expect, test } from "vitest";
import { createWasmKernels } from "../../src/nn/wasm.ts";
import { climbing, climbingEquilibria } from "../../src/team/known-games/climbing.ts";
import { knownTrainings, learningCurve } from "../../src/team/learn/known-trainings.ts";

const cases = (["ippo", "mappo"] as const).flatMap((algorithm) => [1, 2].map((seed) => ({ algorithm, seed })));

test.each(cases)("$algorithm climbs to an equilibrium of the climbing game and stays, seed $seed", (each) => {
  const kernels = createWasmKernels({ memoryMiB: 64 });
  const curve = learningCurve({ training: knownTrainings.climbing, kernels, ...each });
  const returns = climbingEquilibria.map(({ payoff }) => payoff * climbing.mostSteps);
  const last = curve.at(-1)!;
  expect(Math.min(...returns.map((one) => Math.abs(one - last)))).toBeLessThan(1);
  // It climbed: 5 a step is what the safest actions get, no equilibrium.
  expect(curve[1]).toBeLessThan(5.5 * climbing.mostSteps);
});
