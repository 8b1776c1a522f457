import { expect, test } from "vitest";
import type { Played } from "../../src/evaluate/played.ts";
import type { LiveContest, LivePlay } from "../../src/evaluate/live-contest.ts";
import { playedWith } from "../evaluate/played-with.ts";
import { liveContestMarkdown, liveMeasureTable, liveTable } from "../../src/report/live-contest.ts";

function outcome(violating: number, p95Ms: number): Played {
  return playedWith({ violating, p95Ms, p99Ms: 2 * p95Ms });
}

function play(autoscaler: string, seed: number, violating: number, warnings: readonly string[] = []): LivePlay {
  return { autoscaler, seed, live: outcome(violating, 100 + seed), twin: outcome(10, 90), warnings };
}

const contest: LiveContest = {
  format: "karma-live/2",
  warnings: [],
  command: "karma evaluate --on kind --seeds 2",
  topology: "shop",
  objectiveMs: 200,
  run: "runs/shop",
  on: "kind",
  timeScale: 1,
  lengthS: 1_200,
  currency: "USD",
  calibration: "declared",
  seeds: [1, 2],
  plays: [
    play("team", 1, 20),
    play("kubernetes-hpa:60", 1, 40, ["the load generator could not keep up"]),
    play("kubernetes-hpa:60", 2, 40),
    play("team", 2, 30),
  ],
};

test("a row for each autoscaler: live figures with their range over the seeds, and the twin's beside each", () => {
  const { header, rows } = liveTable(contest);
  expect(header.slice(0, 7)).toEqual(["autoscaler", "plays", "requests", "violating", "twin", "p50 ms", "twin"]);
  expect(rows.map((row) => row.slice(0, 9))).toEqual([
    ["team", "2", "2000", "2.50 % (2.00 % .. 3.00 %)", "1.00 %", "20", "20", "102 (101 .. 102)", "90"],
    ["kubernetes-hpa:60", "2", "2000", "4.00 %", "1.00 %", "20", "20", "102 (101 .. 102)", "90"],
  ]);
});

test("every measure has a row, but those that no cluster told", () => {
  const { header, rows } = liveMeasureTable(contest);
  expect(header).toEqual(["measure", "team", "twin", "kubernetes-hpa:60", "twin"]);
  expect(rows).toContainEqual(["availability, %", "99.5", "99.5", "99.5", "99.5"]);
  expect(rows).toContainEqual(["USD per hour", "0.036", "0.036", "0.036", "0.036"]);
  expect(rows.map(([label]) => label)).not.toContain("recovery after a fault, s");
});

test("Markdown names its command, how it was measured, and what makes it doubtful", () => {
  const text = liveContestMarkdown(contest);
  expect(text).toContain("`karma evaluate --on kind --seeds 2`\n\n| autoscaler | plays |");
  expect(text).toContain("- shop on kind: 2 seeds of 20 minutes each, time x 1;");
  expect(text).toContain("- Warning: kubernetes-hpa:60, seed 1: the load generator could not keep up.");
});
