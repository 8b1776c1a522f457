import { expect, test } from "vitest";
import { guardRulesFor } from "../../../src/control/guard/rules.ts";
import { createRng } from "../../../src/core/rng.ts";
import { initialise } from "../../../src/nn/init.ts";
import { defineMlp } from "../../../src/nn/mlp.ts";
import { createPlainKernels } from "../../../src/nn/plain.ts";
import { createScalingEnv, defaultRandomisation } from "../../../src/team/env/scaling-env.ts";
import { seenInTraining } from "../../../src/team/learn/seen-in-training.ts";
import { observedFeatures } from "../../../src/team/policy/observe.ts";
import type { SeenRanges } from "../../../src/team/policy/seen.ts";
import { burstyTraffic, calibrationOf, chain } from "../chain.ts";

const calibration = calibrationOf(chain);

function seen(steps: number, mostSamples = 1_000_000): SeenRanges {
  const game = createScalingEnv({
    topology: chain,
    calibration,
    guardRules: guardRulesFor(calibration.timing),
    headroom: 1.5,
    traffic: burstyTraffic(chain, 400),
    meanRatePerS: 400,
    environments: 4,
    groupSize: 2,
    kappa: 40,
    randomisation: defaultRandomisation,
    rng: createRng("game"),
  });
  const network = defineMlp([game.observationSize, 8, game.actions]);
  const weights = new Float32Array(network.endsAt);
  initialise(network, weights, 1, createRng(1));
  const actor = { network, weights };
  return seenInTraining({
    game,
    kernels: createPlainKernels(),
    actors: [actor, actor],
    steps,
    mostSamples,
    rng: createRng(2),
  });
}

test("every observation of every actor counts, and the same dice give the same ranges", () => {
  const first = seen(20);
  expect(first.samples).toBe(2 * 20 * 4 * 4);
  expect(seen(20)).toEqual(first);
});

test("where there would be too many observations, steps are left out evenly", () => {
  // 2 actors x 20 steps x 16 rows: every third step is 7 of 20.
  expect(seen(20, 250).samples).toBe(2 * 7 * 16);
});

function at(name: (typeof observedFeatures)[number]): number {
  return observedFeatures.indexOf(name);
}

test("ranges hold what moves, and no blank observation of a new episode", () => {
  const { low, high } = seen(250);
  expect(high[at("cpu")]! - low[at("cpu")]!).toBeGreaterThan(0.2);
  expect(low[at("startup")]).toBeGreaterThan(0.5);
});
