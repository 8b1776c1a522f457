import { expect, test } from "vitest";
import { createWasmKernels } from "../../src/nn/wasm.ts";
import { createTrainer } from "../../src/team/learn/ippo.ts";
import { defaultIppoOptions } from "../../src/team/learn/ippo-options.ts";
import { createToyGame } from "../team/toy-game.ts";

test.each([1, 2, 3])("a team learns a game whose best play is known, seed %i", (seed) => {
  const game = createToyGame(seed, 64);
  const options = {
    ...defaultIppoOptions,
    totalSteps: 64 * 50 * 60,
    rolloutSteps: 50,
    hidden: [32, 32],
    learningRate: 0.005,
    finalLearningRate: 0.001,
  };
  const trainer = createTrainer({ options, game, kernels: createWasmKernels(), seed });
  const first = trainer.iterate();
  let last = first;
  while (trainer.iteration() < trainer.iterations) last = trainer.iterate();
  // A uniform policy earns 0.6, the best one 1.
  expect(first.reward).toBeLessThan(0.7);
  expect(last.reward).toBeGreaterThan(0.94);
});
