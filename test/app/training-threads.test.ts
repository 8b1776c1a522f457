import { expect, onTestFinished, test } from "vitest";
import { readInputs } from "../../src/app/inputs.ts";
import { readRoles } from "../../src/app/roles.ts";
import { startGradientThreads } from "../../src/app/training-gradients.ts";
import { trainingKernels } from "../../src/app/training-kernels.ts";
import { playInParts } from "../../src/app/training-parts.ts";
import { kubernetesTiming } from "../../src/control/loop/timing.ts";
import { createRng } from "../../src/core/rng.ts";
import { packagePath } from "../../src/host/package-files.ts";
import type { Played } from "../../src/nn/head.ts";
import type { BackEnd } from "../../src/nn/kernels.ts";
import type { VectorGame } from "../../src/team/env/vector-game.ts";
import { createKnownVectorGame } from "../../src/team/known-games/known-game.ts";
import { pendulum } from "../../src/team/known-games/pendulum.ts";
import { simpleSpreadInParts } from "../../src/team/known-games/simple-spread.ts";
import { createTrainer } from "../../src/team/learn/ippo.ts";
import { defaultIppoOptions } from "../../src/team/learn/ippo-options.ts";
import type { CarriedOrganization } from "../../src/team/policy/carried-organization.ts";
import { declaredCalibration } from "../../src/twin/calibrate/calibration.ts";
import { nativeAbsence } from "../nn/native-back-ends.ts";
import { createToyGame } from "../team/toy-game.ts";

const absence = await nativeAbsence();
if (absence !== undefined) console.warn(`SKIPPED, NOT TESTED: threads that learn on native kernels: ${absence}`);

const options = { ...defaultIppoOptions, totalSteps: 16 * 20 * 4, rolloutSteps: 20, hidden: [16, 16] };

/** Everything that two iterations left, gradients computed by so many threads. */
function learned(backEnd: BackEnd, workers: number, game: VectorGame<Played> = createToyGame(1)): Buffer {
  const threads = workers > 1 ? startGradientThreads(workers) : undefined;
  onTestFinished(() => threads?.close());
  const trainer = createTrainer({
    // No number is preferred.
    options,
    game,
    kernels: trainingKernels(backEnd),
    seed: 7,
    ...(threads && { createRunner: threads.createRunner }),
  });
  for (let k = 0; k < 2; k++) trainer.iterate();
  return Buffer.from(trainer.snapshot());
}

test.each([
  ["wasm", 2],
  ["wasm", 3],
  ["plain", 2],
] as const)(
  "%s gradients of %d threads are the bytes of one",
  (backEnd, workers) => {
    expect(Buffer.compare(learned(backEnd, workers), learned(backEnd, 1))).toBe(0);
  },
  60_000,
);

test.skipIf(absence !== undefined).each([2, 3])(
  "native gradients of %d threads are the bytes of one",
  (workers) => {
    expect(Buffer.compare(learned("native", workers), learned("native", 1))).toBe(0);
  },
  60_000,
);

test.each([
  ["numbers", pendulum],
  ["two choices", simpleSpreadInParts],
] as const)(
  "actions that are %s are learnt from in threads with the same bytes",
  (_, known) => {
    const game = (): VectorGame<Played> => createKnownVectorGame(known, 8, createRng("threads"));
    expect(Buffer.compare(learned("wasm", 2, game()), learned("wasm", 1, game()))).toBe(0);
  },
  60_000,
);

const inputs = readInputs({ cwd: "/", topology: packagePath("topologies/karma-two-services.json") });

function gameOf(workers: number, organization?: CarriedOrganization): VectorGame {
  const request = { inputs, timeScale: 1, volumePerS: 100, kappa: 40, ...(organization && { organization }) };
  const calibration = declaredCalibration(inputs.topology, kubernetesTiming);
  const measures = { calibration, headroom: 1.2, meanRatePerS: 100 };
  const played = playInParts({ request, measures, environments: 32, seed: "parts" }, workers);
  onTestFinished(() => played.close());
  return played.game;
}

/** What some steps showed and counted. */
function shownBy(game: VectorGame): unknown {
  const rng = createRng("actions");
  const actions = new Int32Array(game.agents * game.environments);
  const shown: unknown[] = [];
  game.restart(1);
  game.clearTotals();
  for (let step = 0; step < 4; step++) {
    for (let row = 0; row < actions.length; row++) actions[row] = rng.integer(game.actions);
    game.step(actions);
    shown.push(game.observations.slice(), game.rewards.slice(), game.privileged.slice());
    game.resetEnded();
  }
  return [shown, { ...game.totals }];
}

test("a game of one, two and three threads shows the same bits and counts the same sums", () => {
  const alone = shownBy(gameOf(1));
  expect(shownBy(gameOf(2))).toEqual(alone);
  expect(shownBy(gameOf(3))).toEqual(alone);
}, 60_000);

test("under an organization the game stays in one piece, whose soft rules draw from one stream", () => {
  const organization = readRoles({ cwd: "/", roles: "karma-none", assign: [] }, inputs.topology);
  expect(gameOf(3, organization).mask).toBeDefined();
  expect(shownBy(gameOf(3, organization))).toEqual(shownBy(gameOf(1, organization)));
});
