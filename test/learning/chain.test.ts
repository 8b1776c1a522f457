import { expect, test } from "vitest";
import { guardRulesFor } from "../../src/control/guard/rules.ts";
import { createRng } from "../../src/core/rng.ts";
import { bootstrapMean } from "../../src/core/statistics.ts";
import { createWasmKernels } from "../../src/nn/wasm.ts";
import { measureHeadroom } from "../../src/team/env/headroom.ts";
import { createScalingEnv, defaultRandomisation } from "../../src/team/env/scaling-env.ts";
import type { VectorGame } from "../../src/team/env/vector-game.ts";
import { createTrainer, type Trainer } from "../../src/team/learn/ippo.ts";
import { defaultIppoOptions } from "../../src/team/learn/ippo-options.ts";
import { createGreedyPlayer } from "../../src/team/policy/inference.ts";
import { burstyTraffic, calibrationOf, chain } from "../team/chain.ts";

const calibration = calibrationOf(chain);
const headroom = measureHeadroom(chain, calibration);
const kernels = createWasmKernels();

function chainGame(environments: number, groupSize: number, seed: string): VectorGame {
  return createScalingEnv({
    topology: chain,
    calibration,
    guardRules: guardRulesFor(calibration.timing),
    headroom,
    traffic: burstyTraffic(chain, 400),
    meanRatePerS: 400,
    environments,
    groupSize,
    kappa: 40,
    randomisation: defaultRandomisation,
    rng: createRng(seed),
  });
}

/** Rewards of the greedy actor in one hour of each of 256 worlds it never met. */
function unseenRewards(trainer: Trainer): number[] {
  const game = chainGame(256, 1, "unseen");
  const { network, weights } = trainer.actor();
  const player = createGreedyPlayer(kernels, network, weights, game.rewards.length);
  const sums = Array.from({ length: game.environments }, () => 0);
  game.restart(0);
  for (let step = 0; step < 240; step++) {
    player.choose(game.observations);
    game.step(player.actions);
    for (const [row, reward] of game.rewards.entries()) sums[row % sums.length]! += reward / 240;
    game.resetEnded();
  }
  return sums;
}

test.each([1, 2])("a trained team beats its untrained self on worlds it never met, seed %i", (seed) => {
  const game = chainGame(256, 8, `train ${seed}`);
  const options = { ...defaultIppoOptions, totalSteps: 400_000 };
  const trainer = createTrainer({ options, game, kernels, seed });
  const before = unseenRewards(trainer);
  while (trainer.iteration() < trainer.iterations) trainer.iterate();
  const after = unseenRewards(trainer);
  const gain = bootstrapMean(
    after.map((reward, world) => reward - before[world]!),
    createRng("bootstrap"),
  );
  expect(gain.low).toBeGreaterThan(0);
});
