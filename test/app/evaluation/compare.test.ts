import { expect, test } from "vitest";
import { type ClassPlays, compareClass } from "../../../src/app/evaluation/compare.ts";
import { playedWith } from "../../evaluate/played-with.ts";

function plays(autoscaler: string, podSeconds: number, sizedPodSeconds = podSeconds): ClassPlays {
  return { autoscaler, class: "calm", strata: [[1, 2, 3].map(() => playedWith({ podSeconds, sizedPodSeconds }))] };
}

test("costs are compared in replicas, and in their share of the declared CPU where either side resized them", () => {
  const rows = compareClass(plays("team", 3_600), [plays("hpa", 4_800), plays("vpa", 4_800, 2_400)], 1, {
    resamples: 20,
  });
  expect(rows.map(({ opponent, measure, difference }) => [opponent, measure, difference.mean])).toEqual([
    ["hpa", "violatingShare", 0],
    ["hpa", "podHours", 1],
    ["vpa", "violatingShare", 0],
    ["vpa", "cost", -1],
  ]);
});
