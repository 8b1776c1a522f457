import * as fc from "fast-check";
import { expect, test } from "vitest";
import { atCostRatioOne, searchKnob, type Trial } from "../../src/evaluate/equal-cost-search.ts";

function trial(knob: number, costRatio: number, violating: number): Trial {
  return { knob, costRatio, strata: [[{ cost: costRatio, violatingShare: violating / 1_000, requests: 1_000 }]] };
}

test("whatever the costs are between the ends, the bracket holds 1 and at most twelve settings are played", async () => {
  const shapes = fc.record({
    power: fc.double({ min: 0.2, max: 3, noNaN: true }),
    at: fc.double({ min: 0.2, max: 7, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(shapes, async ({ power, at }) => {
      let plays = 0;
      const { below, above } = await searchKnob(
        async (knob) => {
          plays++;
          return trial(knob, (knob / at) ** power, 0);
        },
        [1 / 8, 8],
      );
      expect(plays).toBeLessThanOrEqual(12);
      expect(below!.costRatio).toBeLessThan(1.002);
      expect(above!.costRatio).toBeGreaterThan(0.998);
      expect(above!.costRatio - below!.costRatio).toBeLessThan(0.02);
    }),
  );
});

test("the first setting is the middle of the range, and one that costs as much as ours ends the search", async () => {
  const knobs: number[] = [];
  await searchKnob(
    async (knob) => {
      knobs.push(knob);
      return trial(knob, knob / 1.4, 0);
    },
    [1.4 / 8, 1.4 * 8],
  );
  expect(knobs).toEqual([1.4]);
});

test.each([
  ["halfway between 10 % and 40 %", 100, 400, 0.2],
  ["no violations below and above", 0, 0, 0],
  ["none above: half a request of a thousand", 200, 0, 0.01],
])("%s", (_, left, right, share) => {
  const { shares } = atCostRatioOne({ below: trial(1, 0.9, left), above: trial(2, 1.1, right) });
  expect(shares[0]![0]).toBeCloseTo(share, 10);
});

test("with one side alone the nearest trial stands as it was played", () => {
  expect(atCostRatioOne({ below: undefined, above: trial(2, 1.1, 30) })).toMatchObject({
    knob: 2,
    costRatio: 1.1,
    shares: [[0.03]],
  });
});
