import { expect, test } from "vitest";
import { kubernetesTiming, scaleTiming } from "../../../src/control/loop/timing.ts";
import { createReadings } from "../../../src/control/readings/readings.ts";
import { createRng } from "../../../src/core/rng.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { fitDemand } from "../../../src/twin/calibrate/fit-demand.ts";
import type { Recording } from "../../../src/twin/calibrate/recording.ts";
import { service, topologyOf } from "../fixtures.ts";

const timing = scaleTiming(kubernetesTiming, 10);
const topology = topologyOf([service("a", 20, [], { cpuMilli: 500 })]);
const WORK_MS = 20;

/** A sample for each scrape: two loads in turn, CPU as it is with so much scatter. */
function recordingOf(samples: number, idleCpuShare: number, scatter: number, seed: number): Recording {
  const rng = createRng(seed);
  const readings = Array.from({ length: samples }, (_, index) => {
    const one = createReadings(1, 1, index * timing.scrapePeriodMs);
    const servedPerS = index % 40 < 20 ? 8 : 15;
    one.ready.fill(1);
    one.servedPerS.fill(servedPerS);
    one.droppedPerS.fill(0);
    one.ageMs.fill(0);
    one.cpu.fill(idleCpuShare + (servedPerS * WORK_MS) / 500 + scatter * rng.normal());
    return one;
  });
  return { services: ["a"], readings, events: [] };
}

function fitted(recording: Recording) {
  return fitDemand(recording, 0, topology.services[0]!, declaredCalibration(topology, timing).services[0]!, timing);
}

test.each([1, 2, 3, 4, 5])("a short recording without idle CPU tells what a request costs (seed %d)", (seed) => {
  const { cpuMsPerRequest, idleCpuShare, problem } = fitted(recordingOf(80, 0, 0.03, seed));
  expect(problem).toBeUndefined();
  expect(idleCpuShare).toMatchObject({ value: 0, source: "measured" });
  expect(idleCpuShare.high).toBeGreaterThan(0.01);
  expect(Math.abs(cpuMsPerRequest.value / WORK_MS - 1)).toBeLessThan(0.03);
});

/** Of a replica whose requests cost a third more until it has served 50. */
function coldAtFirst(samples: number): Recording {
  const recording = recordingOf(samples, 0, 0.002, 1);
  let served = 0;
  for (const { cpu, servedPerS } of recording.readings) {
    if (served < 50) cpu[0]! *= 1.3;
    served += (servedPerS[0]! * timing.scrapePeriodMs) / 1_000;
  }
  return recording;
}

test("what the first requests of a replica cost more is left out where there are samples enough", () => {
  const [short, long] = [coldAtFirst(12), coldAtFirst(40)].map((one) => fitted(one).cpuMsPerRequest.value / WORK_MS);
  expect(short).toBeGreaterThan(1.02);
  expect(Math.abs(long! - 1)).toBeLessThan(0.005);
});

test("what is in work when a window begins and ends does not make requests cheaper", () => {
  const rng = createRng(7);
  const { readings, ...rest } = recordingOf(400, 0, 0.01, 1);
  const shifted = readings.map((one) => {
    const seen = structuredClone(one);
    seen.servedPerS[0]! *= 1 + 0.3 * rng.normal();
    return seen;
  });
  expect(Math.abs(fitted({ ...rest, readings: shifted }).cpuMsPerRequest.value / WORK_MS - 1)).toBeLessThan(0.05);
});

test("idle CPU that samples tell from nothing is told, however little is declared", () => {
  const { cpuMsPerRequest, idleCpuShare } = fitted(recordingOf(200, 0.1, 0.02, 1));
  expect(idleCpuShare.value).toBeCloseTo(0.1, 1);
  expect(idleCpuShare.low).toBeGreaterThan(0);
  expect(Math.abs(cpuMsPerRequest.value / WORK_MS - 1)).toBeLessThan(0.03);
});
