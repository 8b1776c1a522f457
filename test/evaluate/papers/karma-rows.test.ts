import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { type PlayedCase, karmaRow, trainedRow } from "../../../src/evaluate/papers/karma-rows.ts";
import type { Played } from "../../../src/evaluate/played.ts";

const calm: Played = {
  requests: 100,
  violating: 10,
  failed: 5,
  p50Ms: 20,
  p95Ms: 80,
  p99Ms: 150,
  podSeconds: 200,
  sizedPodSeconds: 200,
  coreSeconds: 100,
  sizeChanges: 2,
  meanLatencyMs: 30,
  pendingRequestShare: 0.1,
  pendingPodShare: 0.05,
  recoveryS: Number.NaN,
  flaps: 0,
  money: 1,
  slowMinutesPerDay: 144,
  reward: -1,
  karmaReward: 0.9,
  karmaRewardSd: 0.2,
  lengthS: 100,
};

function plays(family: PlayedCase["family"], intensity: string, ...figures: readonly Partial<Played>[]): PlayedCase {
  return { family, intensity, plays: figures.map(playedOf) };
}

function playedOf(figures: Partial<Played>): Played {
  return { ...calm, ...figures };
}

const cases = [
  plays("bottleneck", "x 2", { violating: 0 }, { violating: 20 }),
  plays("ddos", "x 1", { violating: 0, failed: 0 }),
  plays("ddos", "x 2", { violating: 40, failed: 20, recoveryS: 50 }),
  plays("mixed", "all", { violating: 60, karmaRewardSd: 0.4 }),
];
const row = karmaRow("hpa", cases, 1, createRng(1));

test("every family counts the same, however many intensities it has", () => {
  // Bottleneck .9, DDoS (1 + .6) / 2 = .8, mixed .4.
  expect(row.success.mean).toBeCloseTo(0.7, 9);
});

test("recovery and availability are of DDoS; a case without an attack has no recovery", () => {
  expect(row.recoveryS.mean).toBe(50);
  expect(row.availability.mean).toBeCloseTo(0.9, 9);
});

test("the spread is that of the mixed family, and latency counts the periods that are fast enough", () => {
  expect(row.rewardSd.mean).toBe(0.4);
  expect(row.latencyOk.mean).toBeCloseTo(0.9, 9);
  expect(row.meanPods.mean).toBeCloseTo(2, 9);
});

test("on a clock that runs faster pods count as long as on the scenario's", () => {
  expect(karmaRow("hpa", cases, 10, createRng(1)).meanPods.mean).toBeCloseTo(20, 9);
});

test("each case is told with its interval over seeds", () => {
  expect(row.cases.map(({ success }) => success.mean)).toEqual([0.9, 1, 0.6, 0.4]);
  expect(row.cases[0]!.success).toMatchObject({ low: 0.8, high: 1 });
});

test("several trainings have the means of all their plays, and no interval that takes these as independent", () => {
  const other = cases.map((one) => ({ ...one, plays: [playedOf({ violating: 0 })] }));
  const several = trainedRow("team", [cases, other], 1, createRng(1));
  // Bottleneck (1 + .8 + 1) / 3, DDoS (1 + (.6 + 1) / 2) / 2, mixed (.4 + 1) / 2.
  expect(several.success).toEqual({
    mean: expect.closeTo((2.8 / 3 + 0.9 + 0.7) / 3, 9),
    low: Number.NaN,
    high: Number.NaN,
  });
  const { success: _, cases: each, system: __, ...rest } = several;
  for (const { low, high } of [...Object.values(rest), ...each.map(({ success }) => success)])
    expect([low, high]).toEqual([Number.NaN, Number.NaN]);
});

test("one training has its intervals", () => {
  expect(trainedRow("hpa", [cases], 1, createRng(1))).toEqual(row);
});
