import { expect, test } from "vitest";
import { equalCostTable } from "../../src/cli/evaluation-text.ts";
import type { ClassEqualCostRow } from "../../src/evaluate/result.ts";

const reached: ClassEqualCostRow = {
  class: "bursty",
  opponent: "hpa:60",
  knob: 1.1,
  costRatio: 1,
  isReached: true,
  playedCostRatios: [0.99, 1.02],
  oursViolatingShare: 0.02,
  opponentViolatingShare: 0.05,
  difference: { mean: 0.03, low: 0.01, high: 0.05 },
  pValue: 0.03125,
  pAdjusted: 0.0625,
};

test("figures are shown where the costs are equal, with their p-value", () => {
  const [, , line] = equalCostTable([reached]).split("\n");
  expect(line!.split(/ {2,}/)).toEqual([
    "hpa:60",
    "1.10",
    "1.000",
    "5.00 %",
    "2.00 %",
    "3.00 %",
    "1.00 % .. 5.00 %",
    "0.0625",
  ]);
});

test("where the opponent never costs as much, no figure is shown that could be taken for a comparison", () => {
  const [, , line] = equalCostTable([{ ...reached, costRatio: 1.3, isReached: false }]).split("\n");
  expect(line!.split(/ {2,}/)).toEqual(["hpa:60", "1.10", "1.300", "not comparable"]);
});
