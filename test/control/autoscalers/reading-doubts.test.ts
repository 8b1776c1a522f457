import { expect, test } from "vitest";
import { readingDoubts } from "../../../src/control/autoscalers/reading-doubts.ts";
import { kubernetesTiming, scaleTiming } from "../../../src/control/loop/timing.ts";
import { createReadings, type Readings } from "../../../src/control/readings/readings.ts";

const proposals = [0, 1].map(() => ({ replicas: 1, reasons: [] }));

function readings(): Readings {
  const all = createReadings(2, 1);
  for (const column of [all.desired, all.ready, all.cpu, all.arrivalsPerS, all.ageMs]) column.fill(1);
  return all;
}

test("complete and fresh readings give no doubt", () => {
  expect(readingDoubts(kubernetesTiming)(readings(), proposals)).toEqual([[], []]);
});

test("what is missing is named, for its service alone", () => {
  const seen = readings();
  seen.cpu[1] = Number.NaN;
  seen.arrivalsPerS[1] = Number.NaN;
  expect(readingDoubts(kubernetesTiming)(seen, proposals)).toEqual([[], ["missing: the CPU use, the arrivals"]]);
});

test.each([
  { timeScale: 1, ageMs: 46_900, doubts: [] },
  { timeScale: 1, ageMs: 47_100, doubts: ["stale: readings are 47.1 s old, more than 47.0 s"] },
  { timeScale: 10, ageMs: 4_690, doubts: [] },
  { timeScale: 10, ageMs: 4_800, doubts: ["stale: readings are 4.8 s old, more than 4.7 s"] },
])("at time x $timeScale readings $ageMs ms old give $doubts.length doubts", ({ timeScale, ageMs, doubts }) => {
  const seen = readings();
  seen.ageMs[0] = ageMs;
  expect(readingDoubts(scaleTiming(kubernetesTiming, timeScale))(seen, proposals)[0]).toEqual(doubts);
});
