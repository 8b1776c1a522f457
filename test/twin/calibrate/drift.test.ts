import { describe, expect, test } from "vitest";
import { kubernetesTiming, scaleTiming } from "../../../src/control/loop/timing.ts";
import { createRng } from "../../../src/core/rng.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { type Drift, createDriftTest } from "../../../src/twin/calibrate/drift.ts";
import { createFluidTwin } from "../../../src/twin/fluid/create-fluid-twin.ts";
import { chainedWide, episode } from "../fixtures.ts";

const calibration = declaredCalibration(chainedWide, scaleTiming(kubernetesTiming, 10));

/** What the test says after so many seconds of a cluster whose second service costs so many times its CPU. */
function watched(factor: number, seconds: number, seed: number): readonly Drift[] {
  const twin = createFluidTwin(chainedWide, calibration, { environments: 1, tickMs: 100 });
  const rates = Array.from({ length: seconds }, (_, s) => 250 + 100 * Math.sin(s / 30));
  const capacityFactor = Float64Array.of(1, 1 / factor, 1, 1);
  twin.reset(0, episode(rates, [6, 6, 6, 6], { rng: createRng(seed), capacityFactor }));
  const drift = createDriftTest(calibration, chainedWide);
  for (let tick = 0; tick < seconds * 10; tick += 5) {
    twin.advance(5);
    drift.observe(twin.observe());
  }
  return drift.drifted();
}

describe.each([1, 2, 3])("seed %d", (seed) => {
  test("a cluster that is as calibrated raises no alarm in ten minutes", () => {
    expect(watched(1, 600, seed)).toEqual([]);
  });

  test.each([1.3, 0.7])(
    "work times %d is noticed within a minute, in the service where it is, and how much",
    (factor) => {
      const [found, ...others] = watched(factor, 60, seed);
      expect(found!.service).toBe("b");
      expect(others).toEqual([]);
      expect(Math.abs(found!.factor / factor - 1)).toBeLessThan(0.08);
    },
  );
});
