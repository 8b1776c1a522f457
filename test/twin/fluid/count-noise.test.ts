import { expect, test } from "vitest";
import { kubernetesTiming, scaleTiming } from "../../../src/control/loop/timing.ts";
import type { Readings } from "../../../src/control/readings/readings.ts";
import { createRng } from "../../../src/core/rng.ts";
import { meanOf } from "../../../src/core/statistics.ts";
import { sdOf } from "../../../src/twin/calibrate/estimate.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { createRequestTwin } from "../../../src/twin/requests/create-request-twin.ts";
import { chainedWide, declared, episode } from "../fixtures.ts";

const timing = scaleTiming(kubernetesTiming, 10);
const calibration = declared(chainedWide, timing);
const SAMPLES = 600;
const RATE = 60;
const REPLICAS = [2, 2, 2, 2];

type Column = "cpu" | "arrivalsPerS" | "servedPerS" | "queued" | "waitMs";

/** A column of one service over many windows. */
function series(column: Column, service: number, windows: readonly Readings[]): number[] {
  return windows.map((one) => one[column][service]!);
}

function fluidWindows(isCounted: boolean, seed = 1): Readings[] {
  const twin = createFluidTwin(chainedWide, calibration, { environments: 1, tickMs: 100, isCounted });
  twin.reset(0, episode([RATE], REPLICAS, { rng: createRng(seed) }));
  twin.advance(60);
  return Array.from({ length: SAMPLES }, () => {
    twin.advance(30);
    return structuredClone(twin.observe());
  });
}

function requestWindows(): Readings[] {
  const twin = createRequestTwin(chainedWide, calibration, {
    rng: createRng(1),
    ratePerS: Float64Array.of(RATE),
    stepMs: 1_000,
    initialReplicas: Float64Array.from(REPLICAS),
  });
  return Array.from({ length: SAMPLES }, (_, window) => {
    twin.advanceTo(6_000 + 3_000 * window);
    return structuredClone(twin.observe());
  });
}

test("readings at a high time scale scatter as those of single requests do, and mean the same", () => {
  const fluid = fluidWindows(true);
  const requests = requestWindows();
  for (const column of ["cpu", "arrivalsPerS", "servedPerS", "queued"] as const)
    for (let service = 0; service < 4; service++) {
      const ours = series(column, service, fluid);
      const theirs = series(column, service, requests);
      expect(Math.abs(meanOf(ours) / meanOf(theirs) - 1), `mean ${column} ${service}`).toBeLessThan(0.2);
      expect(Math.abs(sdOf(ours) / sdOf(theirs) - 1), `sd ${column} ${service}`).toBeLessThan(0.25);
    }
});

test("counts at the entry and behind it go along with each other", () => {
  const windows = fluidWindows(true);
  const [entry, behind] = [series("arrivalsPerS", 0, windows), series("arrivalsPerS", 1, windows)];
  const product = meanOf(entry.map((one, i) => (one - meanOf(entry)) * (behind[i]! - meanOf(behind))));
  const correlation = product / sdOf(entry) / sdOf(behind);
  expect(correlation).toBeGreaterThan(0.2);
  expect(correlation).toBeLessThan(0.95);
});

test("counting changes what is seen, not what happens", () => {
  const outcomes = [true, false].map((isCounted) => {
    const twin = createFluidTwin(chainedWide, calibration, { environments: 1, tickMs: 100, isCounted });
    twin.reset(0, episode([RATE], REPLICAS));
    twin.advance(600);
    return { violating: twin.outcome.violating[0], served: Array.from(twin.stations.served) };
  });
  expect(outcomes[0]).toEqual(outcomes[1]);
});
