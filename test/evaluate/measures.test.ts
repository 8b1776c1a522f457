import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { measureNames, measuresAt } from "../../src/evaluate/measures.ts";
import type { Played } from "../../src/evaluate/played.ts";

const page = readFileSync(new URL("../../docs/measures.md", import.meta.url), "utf8");

/** Half an hour of the scenario. */
const played: Played = {
  requests: 10_000,
  violating: 300,
  failed: 100,
  p50Ms: 40,
  p95Ms: 150,
  p99Ms: 300,
  meanLatencyMs: 50,
  podSeconds: 3_600,
  sizedPodSeconds: 2_700,
  coreSeconds: 1_350,
  sizeChanges: 12,
  flaps: 3,
  money: 2,
  pendingRequestShare: 0.1,
  pendingPodShare: 0.2,
  recoveryS: 30,
  slowMinutesPerDay: 20,
  reward: -3,
  karmaReward: 0.9,
  karmaRewardSd: 0.05,
  lengthS: 1_800,
};

function valueOf(name: string, timeScale = 1): number {
  return measuresAt(timeScale)
    .find((measure) => measure.name === name)!
    .of(played);
}

test("every measure has its formula in the docs, and which way is better", () => {
  expect(measuresAt(1).map(({ name }) => name)).toEqual(measureNames);
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  for (const { name, better } of measuresAt(1)) {
    const row = rows.find((line) => line.split("|")[1]!.includes(`\`${name}\``));
    expect(row, name).toBeDefined();
    expect(row).toMatch(new RegExp(`\\| ${better} \\|$`));
  }
});

test.each([
  ["violatingShare", 0.03],
  ["availability", 0.99],
  ["podHours", 2],
  ["coreHours", 0.75],
  ["cost", 1.5],
  ["money", 4],
  ["sizeChanges", 24],
  ["flaps", 6],
])("%s of half an hour is %d", (name, value) => {
  expect(valueOf(name)).toBeCloseTo(value, 12);
});

test("pod-seconds are of a clock that may run faster than the scenario", () => {
  expect(valueOf("podHours", 10)).toBeCloseTo(20, 12);
  expect(valueOf("coreHours", 10)).toBeCloseTo(7.5, 12);
  expect(valueOf("cost", 10)).toBeCloseTo(15, 12);
});
