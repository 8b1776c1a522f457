import { expect, test } from "vitest";
import { type AblationRow, overTrainings } from "../../src/app/ablation-rows.ts";
import type { BenchKarma } from "../../src/app/bench-paper-karma.ts";
import { karmaText } from "../../src/cli/paper-karma.ts";
import {
  publishedAblations,
  publishedIntensities,
  publishedSystems,
} from "../../src/evaluate/papers/karma-published.ts";

const at = (mean: number): { mean: number; low: number; high: number } => ({
  mean,
  low: mean - 0.01,
  high: mean + 0.01,
});

function training(system: string, trainSeed: number, success: number, convergedSteps = Number.NaN): AblationRow {
  const figures = {
    success,
    latencyOk: 0.9,
    pending: 0.01,
    recoveryS: 30,
    availability: 0.99,
    rewardSd: 0.05,
    brokenShare: 0.0312,
    convergedSteps,
  };
  return { system, trainSeed, run: "runs/x", trainedSteps: 20_480, figures };
}

const result: BenchKarma = {
  paper: "karma",
  topology: "karma-chained",
  volumePerS: 24,
  seeds: 2,
  twin: "requests",
  calibration: "declared",
  run: undefined,
  rows: [
    {
      system: "hpa",
      success: at(0.9),
      latencyOk: at(0.8),
      pending: at(0.1),
      recoveryS: at(50),
      availability: at(0.95),
      rewardSd: at(Number.NaN),
      meanPods: at(4.25),
      cases: [{ family: "ddos", intensity: "arrivals x 8", success: at(0.7) }],
    },
  ],
  ablations: [],
  overTrainings: undefined,
  published: publishedSystems,
  publishedAblations,
  publishedIntensities,
  caveats: ["one caveat"],
};

test("ours and what the authors print stand in one text, shares in per cent, what is not known as a dash", () => {
  const lines = karmaText(result, true).split("\n");
  expect(lines).toContain("| hpa | 90.0 | 80.0 | 10.0 | 50.0 | 95.0 | - | 4.3 |");
  expect(lines).toContain("| KARMA (hard roles) | 90.9 | 85.7 | 5.9 | 33.0 | 90.7 | 5.3 |");
  expect(lines).toContain("| ddos | arrivals x 8 | 70.0 | 71.6 | 57.3 |");
});

test("teams that were trained for the table say how they learned, beside what the draft prints", () => {
  const lines = karmaText({ ...result, ablations: [training("hard roles", 1, 0.9)] }, true).split("\n");
  expect(lines).toContain("| hard roles | 3.12 | - | 20480 | runs/x |");
  expect(lines).toContain("| hard roles | 88.5 | 82.6 | 7.9 | 37.8 | 5.9 | 980 |");
  expect(karmaText(result, true)).not.toContain("journal draft: its ablation");
});

test("a table without a team says why", () => {
  expect(karmaText(result, false)).toContain("No team played: there is no run of this topology.");
  expect(karmaText({ ...result, run: "runs/karma" }, false)).not.toContain("No team played");
});

test("several trainings of each stand in one table: mean and spread, hard roles against none, and what is printed", () => {
  const ablations = [
    training("no organization", 1, 0.9),
    training("hard roles", 1, 0.94),
    training("no organization", 2, 0.91),
    training("hard roles", 2, 0.92),
  ];
  const lines = karmaText({ ...result, ablations, overTrainings: overTrainings(ablations) }, true).split("\n");
  expect(lines).toContain("| hard roles, seed 2 | 3.12 | - | 20480 | runs/x |");
  const rest = "90.0 ± 0.0 | 1.0 ± 0.0 | 30.0 ± 0.0 | 99.0 ± 0.0 | 5.0 ± 0.0 | 3.12 ± 0.00 | -";
  expect(lines).toContain(`| hard roles | 93.0 ± 1.4 | ${rest} |`);
  const difference = lines.find((line) => line.startsWith("| hard roles - no organization"));
  expect(difference).toContain("| +2.5 (2 of 2 larger) | 0.0 (0 of 2 larger) |");
  expect(lines).toContain("| printed: KARMA (hard roles) | 90.9 | 85.7 | 5.9 | 33.0 | 90.7 | 5.3 | - | - |");
  expect(overTrainings(ablations.slice(0, 2))).toBeUndefined();
});

test("a figure that not all trainings know says how many do, and none counts as smaller for it", () => {
  const ablations = [
    training("no organization", 1, 0.9, 2_000),
    training("hard roles", 1, 0.94, 1_000),
    training("no organization", 2, 0.91),
    training("hard roles", 2, 0.92, 3_000),
    training("no organization", 3, 0.91, 1_000),
    training("hard roles", 3, 0.92, 2_000),
  ];
  const lines = karmaText({ ...result, ablations, overTrainings: overTrainings(ablations) }, true).split("\n");
  const [none, hard, difference] = ["no organization |", "hard roles |", "hard roles - "].map((begin) =>
    lines.find((line) => line.startsWith(`| ${begin}`) && /±|larger/.test(line)),
  );
  expect(none).toMatch(/ \| 1\.50 k ± 0\.71 k \(2 of 3\) \|$/);
  expect(hard).toMatch(/ \| 2\.00 k ± 1\.00 k \|$/);
  expect(difference).toMatch(/\+2\.0 \(3 of 3 larger\).* \(1 of 2 larger\) \|$/);
});

test("where plays of several trainings stand together there is no interval to print", () => {
  const [hpa] = result.rows;
  const rows = [{ ...hpa!, success: { mean: 0.9, low: Number.NaN, high: Number.NaN } }];
  expect(karmaText(result, true).split("\n")).toContain("| hpa | 90.0 | 89.0 | 91.0 |");
  expect(karmaText({ ...result, rows }, true).split("\n")).toContain("| hpa | 90.0 | - | - |");
});
