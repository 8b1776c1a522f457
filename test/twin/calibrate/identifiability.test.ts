import { describe, expect, test } from "vitest";
import type { ClusterEvent } from "../../../src/control/loop/cluster.ts";
import { kubernetesTiming, scaleTiming } from "../../../src/control/loop/timing.ts";
import type { Readings } from "../../../src/control/readings/readings.ts";
import { createRng } from "../../../src/core/rng.ts";
import { type CalibrationFile, calibrateFully } from "../../../src/twin/calibrate/calibration-file.ts";
import { type Calibration, declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import type { Recording } from "../../../src/twin/calibrate/recording.ts";
import { fittedWaitMs } from "../../../src/twin/fluid/sojourn-fit.ts";
import { createRequestTwinCluster } from "../../../src/twin/requests/request-cluster.ts";
import { chainedWide } from "../fixtures.ts";

const timing = scaleTiming(kubernetesTiming, 10);
const names = chainedWide.services.map(({ name }) => name);

/** Multipliers that nobody tells the tool: work +- 40 %, start-up x .5 to 2. */
function hiddenTruth(seed: number): Calibration {
  const rng = createRng(`hidden ${seed}`);
  const declared = declaredCalibration(chainedWide, timing);
  return {
    ...declared,
    services: declared.services.map((one) =>
      Object.assign({}, one, {
        cpuMsPerRequest: one.cpuMsPerRequest * rng.between(0.6, 1.4),
        startupMs: { kind: "normal", mean: 2_500 * 0.5 * 4 ** rng.uniform(), sd: 250, min: 500, max: 8_000 },
      }),
    ),
  };
}

/** The request-level twin of that truth under stairs of load, its sizes going up and down all the time. */
async function recorded(truth: Calibration, seconds: number, factor = 1): Promise<Recording> {
  const loads = [60, 140, 100, 200].map((rate) => rate * factor);
  const ratePerS = Float64Array.from({ length: seconds }, (_, s) => loads[Math.floor(s / 40) % loads.length]!);
  const { cluster, clock } = createRequestTwinCluster(chainedWide, truth, {
    workload: { ratePerS, stepMs: 1_000, faults: [] },
    rng: createRng(5),
    initialReplicas: Float64Array.of(4, 4, 4, 4),
  });
  const readings: Readings[] = [];
  const events: ClusterEvent[] = [];
  for (let second = 0.5; second <= seconds; second += 0.5) {
    await clock.sleepUntil(second * 1_000);
    if (second % 20 === 0) for (const name of names) await cluster.scale(name, second % 40 === 0 ? 4 : 8);
    readings.push(await cluster.observe());
    events.push(...(await cluster.events()));
  }
  return { services: names, readings, events };
}

async function calibrated(truth: Calibration, seconds: number, factor = 1): Promise<CalibrationFile> {
  const recording = await recorded(truth, seconds, factor);
  const wanted = { low: 0.3, high: 0.6 };
  return calibrateFully({ recording, topology: chainedWide, timing, wanted, expectedWaitMs: fittedWaitMs });
}

describe.each([1, 2, 3])("hidden multipliers %d", { timeout: 60_000 }, (seed) => {
  test("every one of them is found within 5 %, and its interval says how sure that is", async () => {
    const truth = hiddenTruth(seed);
    const { calibration, services } = await calibrated(truth, 900);
    for (const [s, one] of truth.services.entries()) {
      const found = calibration.services[s]!;
      expect(Math.abs(found.cpuMsPerRequest / one.cpuMsPerRequest - 1), `work of ${names[s]!}`).toBeLessThan(0.05);
      expect(Math.abs(found.startupMs.mean / one.startupMs.mean - 1), `start-up of ${names[s]!}`).toBeLessThan(0.05);
      expect(Math.abs(services[s]!.workCv! - 1), `spread of the work of ${names[s]!}`).toBeLessThan(0.25);
      expect(services[s]!.heldOut.byTime).toBeLessThan(0.03);
      expect(services[s]!.heldOut.byLoad).toBeLessThan(0.06);
    }
    for (const [s, ratio] of [1, 0.7, 0.5, 0.86].entries())
      expect(Math.abs(services[s]!.visits.value / ratio - 1)).toBeLessThan(0.05);
  });
});

test("a load that is not covered is no calibration, and it is said which was", async () => {
  const truth = declaredCalibration(chainedWide, timing);
  const { isCalibrated, problems } = await calibrated(truth, 400, 0.3);
  expect(isCalibrated).toBe(false);
  const told = problems.filter(({ message }) => message.includes("expected loads from 30.0 % to 60.0 % CPU, found"));
  expect(told.map(({ path }) => path)).toEqual(names.map((name) => `services.${name}.cpu`));
});
