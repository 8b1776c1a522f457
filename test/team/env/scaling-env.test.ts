import { needPriors } from "../../../src/control/need/prior.ts";
import { scaleDistribution } from "../../../src/core/distribution.ts";
import { sumOf } from "../../../src/core/statistics.ts";
import { expect, test } from "vitest";
import { guardRulesFor } from "../../../src/control/guard/rules.ts";
import { createRng } from "../../../src/core/rng.ts";
import { measureHeadroom } from "../../../src/team/env/headroom.ts";
import { privilegedHorizonsS } from "../../../src/team/env/look-ahead.ts";
import {
  createScalingEnv,
  defaultRandomisation,
  type ScalingEnvSpec,
  type ScalingGame,
} from "../../../src/team/env/scaling-env.ts";
import type { VectorGame } from "../../../src/team/env/vector-game.ts";
import { burstyTraffic, calibrationOf, chain, shippedTopology } from "../chain.ts";

const environments = 8;

function scalingEnv(change: Partial<ScalingEnvSpec> = {}, timeScale = 1): ScalingGame {
  const calibration = calibrationOf(chain, timeScale);
  return createScalingEnv({
    topology: chain,
    calibration,
    guardRules: guardRulesFor(calibration.timing),
    headroom: 1.4,
    traffic: burstyTraffic(chain, 400, timeScale),
    meanRatePerS: 400,
    environments,
    groupSize: 4,
    kappa: 40,
    randomisation: defaultRandomisation,
    rng: createRng(5),
    ...change,
  });
}

function play(game: VectorGame, steps: number, action: number): Float64Array {
  const sum = new Float64Array(game.rewards.length);
  const actions = new Int32Array(game.rewards.length).fill(action);
  for (let step = 0; step < steps; step++) {
    game.step(actions);
    for (let k = 0; k < sum.length; k++) sum[k] = sum[k]! + game.rewards[k]!;
    game.resetEnded();
  }
  return sum;
}

/** Of an agent in a step, over the first hour. */
function meanReward(change: Partial<ScalingEnvSpec>, timeScale = 1): number {
  const game = scalingEnv(change, timeScale);
  game.restart(0);
  const sums = play(game, 240, 3);
  return sums.reduce((total, sum) => total + sum, 0) / sums.length / 240;
}

test("the same era and actions give the same bits, whatever was before", () => {
  const fresh = scalingEnv();
  const used = scalingEnv();
  used.restart(1);
  play(used, 30, 8);
  for (const game of [fresh, used]) game.restart(3);
  expect(play(used, 140, 5)).toEqual(play(fresh, 140, 5));
  expect(used.observations).toEqual(fresh.observations);
  expect(used.privileged).toEqual(fresh.privileged);
});

test("another era is another world", () => {
  const game = scalingEnv();
  game.restart(0);
  const first = play(game, 20, 4);
  game.restart(1);
  expect(play(game, 20, 4)).not.toEqual(first);
});

test("a group meets the same traffic, another group another one", () => {
  const game = scalingEnv();
  game.restart(0);
  play(game, 5, 4);
  const ahead = (environment: number): Float32Array =>
    game.privileged.slice(environment * privilegedHorizonsS.length, (environment + 1) * privilegedHorizonsS.length);
  expect(ahead(0)).toEqual(ahead(3));
  expect(ahead(0)).not.toEqual(ahead(4));
});

test("episodes last an hour, and groups end theirs at different times", () => {
  const game = scalingEnv();
  game.restart(0);
  const ends: number[][] = [[], []];
  const actions = new Int32Array(game.rewards.length).fill(4);
  for (let step = 1; step <= 500; step++) {
    game.step(actions);
    for (const group of [0, 1]) if (game.ended[group * 4] === 1) ends[group]!.push(step);
    game.resetEnded();
  }
  expect(ends).toEqual([
    [120, 360],
    [240, 480],
  ]);
});

test("ten times the clock, the same steps per episode and about the same rewards", () => {
  expect(meanReward({}, 10) / meanReward({}, 1)).toBeGreaterThan(0.5);
  expect(meanReward({}, 10) / meanReward({}, 1)).toBeLessThan(2);
});

test("pods cost 1 in all when the mean traffic's needs are met at 100 % CPU", () => {
  const steady = { ratePerS: Float64Array.of(400), stepMs: 1_000 };
  const game = scalingEnv({
    kappa: 0,
    traffic: () => steady,
    headroom: 1,
    randomisation: { ...defaultRandomisation, capacity: 0, edges: 0 },
  });
  game.restart(0);
  play(game, 60, 8);
  const costs = play(game, 1, 8);
  // 3 x the needs of 16.09 pods, each rounded up: 12 + 11 + 12 + 14 = 49.
  const perEnvironment = costs.reduce((sum, reward) => sum + reward, 0) / environments;
  expect(perEnvironment).toBeCloseTo(-49 / 16.09, 0);
  expect(game.totals["pods"]! / game.totals["steps"]!).toBeGreaterThan(40);
});

test("too few pods are punished more, the dearer a violating request", () => {
  expect(meanReward({ kappa: 40 })).toBeLessThan(meanReward({ kappa: 10 }));
  expect(meanReward({ kappa: 10 })).toBeLessThan(meanReward({ kappa: 0 }));
});

test("a change of a size costs its price, whatever its step, and a size that is kept costs nothing", () => {
  const [free, priced] = [scalingEnv(), scalingEnv({ changePrice: 0.5 })];
  for (const game of [free, priced]) game.restart(0);
  const actions = new Int32Array(free.agents * free.environments);
  const podsOfMeanTraffic = 400 * sumOf(needPriors(chain).priorPodsPerEntryRequest);
  let changes = 0;
  for (let at = 0; at < 30; at++) {
    const before = priced.twin.desired.slice();
    for (const [cell] of actions.entries()) actions[cell] = (at + cell) % free.actions;
    for (const game of [free, priced]) game.step(actions);
    for (const [cell, reward] of priced.rewards.entries()) {
      const isChanged = priced.twin.desired[cell] !== before[cell];
      if (isChanged) changes++;
      expect(free.rewards[cell]! - reward).toBeCloseTo(isChanged ? 0.5 / podsOfMeanTraffic : 0, 12);
    }
    for (const game of [free, priced]) game.resetEnded();
  }
  expect(changes).toBeGreaterThan(20);
});

test("a group size that does not divide the environments is a bug", () => {
  expect(() => scalingEnv({ groupSize: 3 })).toThrow("8 environments do not make groups of 3");
});

test("a tight objective needs more headroom than a loose one", () => {
  const [tight, loose] = [150, 300].map((p95Ms) =>
    measureHeadroom({ ...chain, objective: { ...chain.objective, p95Ms } }, calibrationOf(chain)),
  );
  expect(tight).toBeGreaterThan(1.1 * loose!);
});

test.each(["karma-chained", "karma-two-services"])("%s has a headroom between 1 and 4", (name) => {
  const topology = shippedTopology(name);
  const headroom = measureHeadroom(topology, calibrationOf(topology));
  expect(headroom).toBeGreaterThanOrEqual(1);
  expect(headroom).toBeLessThan(4);
});

test("work that was found to be dearer needs the headroom that it would need had it been declared so", () => {
  const declared = calibrationOf(chain);
  const services = declared.services.map((one) => ({ ...one, cpuMsPerRequest: 1.25 * one.cpuMsPerRequest }));
  const found = measureHeadroom(chain, { ...declared, source: "measured", services });
  const dearer = chain.services.map((service) => ({
    ...service,
    endpoints: service.endpoints.map((one) => ({ ...one, workMs: scaleDistribution(one.workMs, 1.25) })),
  }));
  const told = { ...chain, services: dearer };
  expect(found).toBeCloseTo(measureHeadroom(told, calibrationOf(told)), 10);
});
