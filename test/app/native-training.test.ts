import { expect, test } from "vitest";
import { trainingKernels } from "../../src/app/training-kernels.ts";
import type { BackEnd } from "../../src/nn/kernels.ts";
import { createTrainer, type Trainer } from "../../src/team/learn/ippo.ts";
import { defaultIppoOptions } from "../../src/team/learn/ippo-options.ts";
import { nativeAbsence } from "../nn/native-back-ends.ts";
import { createToyGame } from "../team/toy-game.ts";

const absence = await nativeAbsence();
if (absence !== undefined) console.warn(`SKIPPED, NOT TESTED: training on native kernels: ${absence}`);

const options = { ...defaultIppoOptions, totalSteps: 16 * 20 * 4, rolloutSteps: 20, hidden: [16, 16] };

function trainerOn(backEnd: BackEnd, resume?: Uint8Array): Trainer {
  const spec = { options, game: createToyGame(1), kernels: trainingKernels(backEnd), seed: 7 };
  return createTrainer({ ...spec, ...(resume && { resume }) });
}

function after(trainer: Trainer, iterations: number): Uint8Array {
  for (let k = 0; k < iterations; k++) trainer.iterate();
  return trainer.snapshot();
}

test.skipIf(absence !== undefined)("a training on native kernels that was stopped goes on to the same bytes", () => {
  const straight = after(trainerOn("native"), 4);
  for (const stop of [1, 2, 3]) {
    const resumed = trainerOn("native", after(trainerOn("native"), stop));
    expect(Buffer.compare(after(resumed, 4 - stop), straight)).toBe(0);
  }
});

test.skipIf(absence !== undefined)("rollout and update agree about probabilities to the bit", () => {
  expect(trainerOn("native").iterate().firstRatioError).toBe(0);
});

test.skipIf(absence !== undefined)("a training begun on native kernels does not go on with others", () => {
  const bytes = after(trainerOn("native"), 1);
  expect(() => trainerOn("wasm", bytes)).toThrow('its backEnd was "native", now it is "wasm"');
});
