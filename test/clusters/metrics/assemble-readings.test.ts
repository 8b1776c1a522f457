import { expect, test } from "vitest";
import { assembleReadings } from "../../../src/clusters/metrics/assemble-readings.ts";

const entry = { arrivalsPerS: 10, answered: 100, durationS: 5, durations: 50, violating: 20 };
const signals = {
  ageMs: 7,
  cpu: 0.5,
  arrivalsPerS: 12,
  servedPerS: 11,
  droppedPerS: 1,
  queued: 3,
  waitMs: 2,
  memoryMiB: 120,
  entry,
};

test("desired, ready and CPU limits are known at once, the rest only once it was sampled", () => {
  const readings = assembleReadings(99, [
    { desired: 2, ready: 1, cpuMilli: 500, signals, isEntry: true },
    { desired: 3, ready: 3, cpuMilli: 500, signals: undefined, isEntry: false },
  ]);
  expect(readings.atMs).toBe(99);
  expect(readings.desired).toEqual(Float64Array.of(2, 3));
  expect(readings.ready).toEqual(Float64Array.of(1, 3));
  expect(readings.cpuMilli).toEqual(Float64Array.of(500, 500));
  expect(readings.ageMs).toEqual(Float64Array.of(7, Number.NaN));
  expect(readings.cpu).toEqual(Float64Array.of(0.5, Number.NaN));
  expect(readings.waitMs).toEqual(Float64Array.of(2, Number.NaN));
  expect(readings.memoryMiB).toEqual(Float64Array.of(120, Number.NaN));
});

test("the entry sums over the entry services alone and weighs them by their requests", () => {
  const small = { arrivalsPerS: 1, answered: 10, durationS: 5, durations: 10, violating: 10 };
  const readings = assembleReadings(0, [
    { desired: 1, ready: 1, cpuMilli: 500, signals, isEntry: true },
    { desired: 1, ready: 1, cpuMilli: 500, signals: { ...signals, entry: small }, isEntry: true },
    { desired: 1, ready: 1, cpuMilli: 500, signals, isEntry: false },
  ]);
  expect(readings.entryArrivalsPerS[0]).toBe(11);
  expect(readings.entryViolatingShare[0]).toBeCloseTo(30 / 110);
  expect(readings.entryLatencyMs[0]).toBeCloseTo((10 / 60) * 1_000);
});

test("an entry that was not sampled leaves the entry unknown; one without requests violates nothing", () => {
  const quiet = { arrivalsPerS: 0, answered: 0, durationS: 0, durations: 0, violating: 0 };
  const unknown = assembleReadings(0, [{ desired: 1, ready: 1, cpuMilli: 500, signals: undefined, isEntry: true }]);
  const idle = assembleReadings(0, [
    { desired: 1, ready: 1, cpuMilli: 500, signals: { ...signals, entry: quiet }, isEntry: true },
  ]);
  expect(unknown.entryArrivalsPerS[0]).toBeNaN();
  expect(unknown.entryViolatingShare[0]).toBeNaN();
  expect(idle.entryArrivalsPerS[0]).toBe(0);
  expect(idle.entryViolatingShare[0]).toBe(0);
  expect(idle.entryLatencyMs[0]).toBeNaN();
});
