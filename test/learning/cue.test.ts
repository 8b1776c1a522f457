import { expect, test } from "vitest";
import { createRng } from "../../src/core/rng.ts";
import type { NetworkStyle } from "../../src/nn/network.ts";
import { createWasmKernels } from "../../src/nn/wasm.ts";
import type { VectorGame } from "../../src/team/env/vector-game.ts";
import { createTrainer } from "../../src/team/learn/ippo.ts";
import { defaultIppoOptions } from "../../src/team/learn/ippo-options.ts";

const episodeSteps = 8;

/** One agent sees -1 or 1 in the first step of an episode, and 0 from then on; it gets 1 whenever it tells which it was. */
function cueGame(environments: number, seed: number): VectorGame {
  const observations = new Float32Array(environments * 2);
  const cues = new Uint8Array(environments);
  const rewards = new Float64Array(environments);
  const ended = new Uint8Array(environments);
  let rng = createRng(seed);
  let step = 0;
  const begin = (): void => {
    step = 0;
    for (let k = 0; k < environments; k++) {
      cues[k] = rng.integer(2);
      observations.set([2 * cues[k]! - 1, 1], 2 * k);
    }
  };
  return {
    agents: 1,
    environments,
    observationSize: 2,
    actions: 2,
    groupSize: 1,
    observations,
    privilegedSize: 0,
    privileged: new Float32Array(0),
    rewards,
    ended,
    totals: {},
    clearTotals: () => undefined,
    restart(era) {
      rng = createRng(seed).split(era);
      ended.fill(0);
      begin();
    },
    step(actions) {
      for (let k = 0; k < environments; k++) rewards[k] = actions[k] === cues[k] ? 1 : 0;
      observations.fill(0);
      ended.fill(++step === episodeSteps ? 1 : 0);
    },
    resetEnded() {
      if (ended.includes(1)) begin();
      ended.fill(0);
    },
  };
}

/** Mean reward of the last rollout. */
function learnt(network: NetworkStyle): number {
  const options = {
    ...defaultIppoOptions,
    totalSteps: 64 * 16 * 60,
    rolloutSteps: 16,
    memorySteps: 16,
    hidden: [16, 16],
    network,
    learningRate: 0.01,
    finalLearningRate: 0.002,
    subtractsGroupMeans: false,
    preference: 0,
    preferredAction: 0,
  };
  const trainer = createTrainer({ options, game: cueGame(64, 3), kernels: createWasmKernels(), seed: 1 });
  let reward = 0;
  while (trainer.iteration() < trainer.iterations) reward = trainer.iterate().reward;
  return reward;
}

test("a team with a memory tells what it saw at the start of an episode; one without can only guess", () => {
  expect(learnt({ memory: "gru" })).toBeGreaterThan(0.95);
  // Right in the first step, and in half of the others.
  expect(learnt({})).toBeLessThan(0.65);
});

test.each<NetworkStyle>([{ activation: "relu" }, { activation: "silu", normalisation: "layer" }])(
  "a network with %o learns what it sees",
  (network) => {
    expect(learnt({ ...network, memory: "gru" })).toBeGreaterThan(0.95);
  },
);
