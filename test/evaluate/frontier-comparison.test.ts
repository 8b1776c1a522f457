import { expect, test } from "vitest";
import { type Rng, createRng } from "../../src/core/rng.ts";
import type { CostedPlay } from "../../src/evaluate/costed.ts";
import { compareWithFrontier, type Setting } from "../../src/evaluate/frontier-comparison.ts";

const seeds = Array.from({ length: 30 }, (_, seed) => seed);

function playOf(cost: number, violatingShare: number, requests = 100_000): CostedPlay {
  return { cost, violatingShare, requests };
}

/** A family on the curve share = 0.1 x 10^(1 - cost / 1000), seeds that shift all settings alike, and own noise. */
function settingAt(cost: number, rng: Rng, factor = 1): Setting {
  const strata = [
    seeds.map((seed) => {
      const shared = Math.exp(0.5 * createRng(seed).normal());
      const share = factor * 0.1 * 10 ** (1 - cost / 1_000) * shared * Math.exp(0.05 * rng.normal());
      return playOf(cost * (1 + 0.01 * rng.normal()), share);
    }),
  ];
  return { spec: `hpa:${cost}`, strata };
}

/** A team of one. */
function alone(ours: Setting["strata"]): Setting["strata"][] {
  return ours.map((plays) => [plays]);
}

function family(rng: Rng): Setting[] {
  return [1_000, 1_500, 2_000, 2_500, 3_000].map((cost) => settingAt(cost, rng));
}

test("half of the violations at equal cost is found, and what that would cost the opponent", () => {
  const rng = createRng(1);
  const ours = settingAt(2_200, rng, 0.5).strata;
  const { violatingRatio, costRatio, frontier } = compareWithFrontier(alone(ours), family(rng), createRng(2), 500);
  expect(frontier).toHaveLength(5);
  expect(violatingRatio.low).toBeLessThan(0.5);
  expect(violatingRatio.high).toBeGreaterThan(0.5);
  expect(violatingRatio.high).toBeLessThan(0.7);
  // Half of the share is log10(2) x 1000 = 301 pod-seconds further: 2200 / 2501.
  expect(costRatio.mean).toBeCloseTo(2_200 / 2_501, 1);
  expect(costRatio.high).toBeLessThan(1);
  expect([violatingRatio.reachedShare, costRatio.reachedShare]).toEqual([1, 1]);
});

test("a setting of the family itself is not better than its frontier", () => {
  const rng = createRng(3);
  const settings = family(rng);
  const { violatingRatio, costRatio } = compareWithFrontier(alone(settings[2]!.strata), settings, createRng(4), 300);
  // On the frontier or, by its noise, just above the line between others.
  for (const ratio of [violatingRatio, costRatio]) {
    expect(ratio.mean).toBeGreaterThan(1 - 1e-9);
    expect(ratio.mean).toBeLessThan(1.01);
    expect(ratio.low).toBeGreaterThan(0.99);
    expect(ratio.high).toBeLessThan(1.05);
  }
});

test("seeds that are bad for all do not widen the interval", () => {
  const rng = createRng(5);
  const ours = settingAt(2_200, rng, 0.5).strata;
  const settings = family(rng);
  const paired = compareWithFrontier(alone(ours), settings, createRng(6), 500).violatingRatio;
  const apart = compareWithFrontier(
    alone(ours.map((plays) => plays.toReversed())),
    settings,
    createRng(6),
    500,
  ).violatingRatio;
  expect(paired.high - paired.low).toBeLessThan((apart.high - apart.low) / 2);
});

test("where no setting is as cheap or as good as ours, that is said instead of guessed", () => {
  const rng = createRng(7);
  const cheaper = compareWithFrontier(alone(settingAt(500, rng).strata), family(rng), createRng(8), 50);
  expect(cheaper.violatingRatio.mean).toBeNaN();
  expect(cheaper.violatingRatio.reachedShare).toBe(0);
  expect(cheaper.costRatio.mean).toBeCloseTo(0.5, 1);
  const better = compareWithFrontier(alone(settingAt(3_000, rng, 0.001).strata), family(rng), createRng(8), 50);
  expect(better.costRatio.mean).toBeNaN();
  expect(better.violatingRatio.mean).toBeLessThan(0.01);
});

test("runs without any violation are compared at half a request", () => {
  const ours = [seeds.map(() => playOf(2_000, 0, 1_000))];
  const settings = [1_000, 2_000].map((cost) => ({
    spec: String(cost),
    strata: [seeds.map(() => playOf(cost, cost === 1_000 ? 0.1 : 0, 1_000))],
  }));
  const { violatingRatio, costRatio } = compareWithFrontier(alone(ours), settings, createRng(1), 50);
  expect(violatingRatio.mean).toBe(1);
  expect(costRatio.mean).toBe(1);
});

test("settings on other seeds are a bug, and so is a family without settings", () => {
  const ours = [[playOf(1, 0), playOf(1, 0)]];
  expect(() => compareWithFrontier(alone(ours), [{ spec: "hpa", strata: [[playOf(1, 0)]] }], createRng(1))).toThrow(
    "on the same 2 seeds as ours, got 1 seeds of hpa",
  );
  expect(() => compareWithFrontier(alone(ours), [], createRng(1))).toThrow("got 0 settings");
});

test("an outcome that is not a number is a bug", () => {
  const ours = [[playOf(1, 0)]];
  const settings = [{ spec: "random", strata: [[playOf(1, Number.NaN)]] }];
  expect(() => compareWithFrontier(alone(ours), settings, createRng(1), 10)).toThrow(
    "an outcome of random is not a number",
  );
});

function sameEverySeed(...days: readonly CostedPlay[]): CostedPlay[][] {
  return days.map((day) => Array.from({ length: 4 }, () => day));
}

test("seeds are drawn inside each scenario: where no seed differs from another there is no interval", () => {
  const settings = [1, 2, 3].map((cost) => {
    const share = 0.1 ** cost;
    return { spec: `hpa:${cost}`, strata: sameEverySeed(playOf(cost, share), playOf(10 * cost, share)) };
  });
  // Half of the violations on the first day, as many on the second, at a cost that only the first day has less of.
  const ours = sameEverySeed(playOf(1, 0.005), playOf(21, 0.01));
  const { violatingRatio, costRatio } = compareWithFrontier(alone(ours), settings, createRng(9), 200);
  expect(violatingRatio.mean).toBeCloseTo(0.75, 10);
  for (const { mean, low, high } of [violatingRatio, costRatio]) {
    expect(low).toBeCloseTo(mean, 10);
    expect(high).toBeCloseTo(mean, 10);
  }
});

test("every scenario counts the same, however many seeds it has", () => {
  const ours = [[playOf(1, 0.1)], [playOf(3, 0.3), playOf(3, 0.3), playOf(3, 0.3)]];
  const settings = [{ spec: "hpa", strata: ours }];
  expect(compareWithFrontier(alone(ours), settings, createRng(1), 10).ours).toEqual({ cost: 2, violatingShare: 0.2 });
});

test("the luck of a training is in the interval: members that differ widen it, and their mean is told", () => {
  const rng = createRng(10);
  const settings = family(rng);
  const [better, worse] = [0.3, 0.7].map((factor) => settingAt(2_200, rng, factor).strata[0]!);
  const alike = compareWithFrontier([[better!, better!]], settings, createRng(11), 500);
  const apart = compareWithFrontier([[better!, worse!]], settings, createRng(11), 500);
  expect(alike.ours.violatingShare).toBeLessThan(apart.ours.violatingShare);
  expect(apart.violatingRatio.high / apart.violatingRatio.low).toBeGreaterThan(
    (1.5 * alike.violatingRatio.high) / alike.violatingRatio.low,
  );
  expect(apart.violatingRatio.mean).toBeGreaterThan(0.4);
  expect(apart.violatingRatio.mean).toBeLessThan(0.6);
});

test("a member that plays several scenarios is drawn for all of them: its luck does not average out over them", () => {
  const rng = createRng(12);
  const scenarios = 4;
  const settings = family(rng).map(({ spec, strata: [plays] }) => ({
    spec,
    strata: Array.from({ length: scenarios }, () => plays!),
  }));
  const team = [0.3, 0.7].map((factor) => settingAt(2_200, rng, factor).strata[0]!);
  const ours = Array.from({ length: scenarios }, () => team);
  const names = (name: (scenario: number, member: number) => string): string[][] =>
    ours.map((members, scenario) => members.map((_, member) => name(scenario, member)));
  const widthOf = (own: string[][]): number => {
    const { high, low } = compareWithFrontier(ours, settings, createRng(13), 500, own).violatingRatio;
    return high / low;
  };
  const same = widthOf(names((_, member) => `team ${member}`));
  const others = widthOf(names((scenario, member) => `team ${member} of ${scenario}`));
  expect(same).toBeGreaterThan(1.2 * others);
});
