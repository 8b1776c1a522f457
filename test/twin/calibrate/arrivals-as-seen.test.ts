import { expect, test } from "vitest";
import { kubernetesTiming, scaleTiming } from "../../../src/control/loop/timing.ts";
import { type Readings, createReadings } from "../../../src/control/readings/readings.ts";
import { createRng } from "../../../src/core/rng.ts";
import { arrivalsAsSeen } from "../../../src/twin/calibrate/arrivals-as-seen.ts";
import type { Recording } from "../../../src/twin/calibrate/recording.ts";

const timing = scaleTiming(kubernetesTiming, 10);
const START_MS = 5_000;
const AGE_MS = 200;

/** A reading for each scrape, with what was seen to arrive per second in the window before it; NaN = nothing yet. */
function recordingOf(perS: readonly number[]): Recording {
  const readings = perS.map((arrivals, index): Readings => {
    const one = createReadings(1, 1, START_MS + index * timing.scrapePeriodMs);
    one.ageMs.fill(AGE_MS);
    one.entryArrivalsPerS.fill(arrivals);
    return one;
  });
  return { services: ["a"], readings, events: [] };
}

function countsIn(timesMs: Float64Array, edgesMs: readonly number[]): number[] {
  return edgesMs.slice(1).map((to, at) => timesMs.filter((ms) => ms > edgesMs[at]! && ms <= to).length);
}

test("as many come in each window as were seen in it, and after the last as in it", () => {
  // Windows of two scrapes: every other one is of the same time.
  const timesMs = arrivalsAsSeen(recordingOf([Number.NaN, 3, 10, 15, 20, 10, 0, 5, 10]), timing, createRng(1));
  const taken = [2, 4, 6, 8].map((index) => index * timing.scrapePeriodMs - AGE_MS);
  const end = 8 * timing.scrapePeriodMs;
  expect(countsIn(timesMs, [0, ...taken, end])).toEqual([28, 60, 0, 30, 2]);
  expect(timesMs).toEqual(timesMs.toSorted());
});

test("nobody comes where nobody was seen", () => {
  expect(arrivalsAsSeen(recordingOf([Number.NaN, Number.NaN, 0, 0]), timing, createRng(1))).toHaveLength(0);
});

test("other random numbers make other moments", () => {
  const seen = recordingOf([10, 10, 10, 10]);
  const [one, other] = [1, 2].map((seed) => arrivalsAsSeen(seen, timing, createRng(seed)));
  expect(one).toHaveLength(other!.length);
  expect(one).not.toEqual(other);
});
