import { expect, test } from "vitest";
import { createNeedEstimator } from "../../../src/control/need/estimate.ts";
import type { NeedSpec } from "../../../src/control/need/estimate.ts";
import { createReadings } from "../../../src/control/readings/readings.ts";
import type { Readings } from "../../../src/control/readings/readings.ts";

const spec: NeedSpec = { services: 2, environments: 2, syncPeriodMs: 15_000, timeScale: 1 };

type Seen = Partial<
  Record<"cpu" | "ready" | "arrivalsPerS" | "servedPerS" | "droppedPerS" | "ageMs", readonly number[]>
>;

/** Two services, two environments: cells are [s0e0, s0e1, s1e0, s1e1]. */
function readingsOf(entryArrivalsPerS: readonly number[], seen: Seen = {}): Readings {
  const readings = createReadings(2, 2);
  readings.entryArrivalsPerS.set(entryArrivalsPerS);
  readings.cpu.set(seen.cpu ?? [0.5, 0.5, 0.25, 0.25]);
  readings.ready.set(seen.ready ?? [2, 2, 4, 4]);
  readings.arrivalsPerS.set(seen.arrivalsPerS ?? [100, 100, 50, 50]);
  readings.droppedPerS.set(seen.droppedPerS ?? [0, 0, 0, 0]);
  readings.servedPerS.set(
    seen.servedPerS ?? readings.arrivalsPerS.map((perS, cell) => perS - readings.droppedPerS[cell]!),
  );
  readings.ageMs.set(seen.ageMs ?? [2000, 2000, 2000, 2000]);
  return readings;
}

test("the feed-forward need follows the entry rate and the CPU seen per entry request", () => {
  const need = createNeedEstimator(spec);
  need.update(readingsOf([100, 100]));
  expect([...need.feedForward]).toEqual([1, 1, 1, 1]);
  need.update(readingsOf([100, 300]));
  expect(need.feedForward[0]).toBeCloseTo(1);
  expect(need.feedForward[1]).toBeGreaterThan(1.9);
});

test("the local need follows the service's own arrivals", () => {
  const need = createNeedEstimator(spec);
  need.update(readingsOf([100, 100]));
  need.update(readingsOf([100, 100], { arrivalsPerS: [100, 100, 100, 50], cpu: [0.5, 0.5, 0.5, 0.25] }));
  expect([...need.local]).toEqual([1, 1, 2, 1]);
});

test("a need is unknown before anything was seen and the prior's before the first sample", () => {
  const blind = createNeedEstimator(spec);
  const nothing = readingsOf([100, 100], { cpu: [Number.NaN, Number.NaN, Number.NaN, Number.NaN] });
  blind.update(nothing);
  expect([...blind.feedForward]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);

  const told = createNeedEstimator({
    ...spec,
    priorPodsPerEntryRequest: Float64Array.of(0.02, 0.03),
    priorPodsPerRequest: Float64Array.of(0.02, 0.06),
  });
  told.update(nothing);
  expect([...told.feedForward]).toEqual([2, 2, 3, 3]);
  expect([...told.local]).toEqual([2, 2, 3, 3]);
});

test.each([
  ["a service saturates", { cpu: [0.95, 0.5, 0.25, 0.25] }],
  ["a service drops", { droppedPerS: [10, 0, 0, 0] }],
  ["a reading is missing", { cpu: [0.5, 0.5, Number.NaN, 0.25] }],
])("visits are not learnt in that environment alone while %s", (_, distortion: Seen) => {
  const need = createNeedEstimator(spec);
  need.update(readingsOf([100, 100]));
  // Twice the entry rate while the second service sees the same arrivals: half the visits, where that may be learnt.
  for (let period = 0; period < 400; period++) need.update(readingsOf([200, 200], distortion));
  expect(need.feedForward[2]).toBeCloseTo(2, 10);
  expect(need.feedForward[3]).toBeCloseTo(1, 2);
});

test("CPU per request is learnt under overload too, and then only upwards", () => {
  const prior = {
    priorPodsPerEntryRequest: Float64Array.of(0.01, 0.01),
    priorPodsPerRequest: Float64Array.of(0.01, 0.02),
  };
  const need = createNeedEstimator({ ...spec, ...prior });
  // Two replicas serve 100 of 160 requests/s with all their CPU: a request costs at least 2 / 160, and 2 / 100 in truth.
  const overload: Seen = { cpu: [1, 1, 0.2, 0.2], arrivalsPerS: [160, 160, 50, 50], droppedPerS: [60, 60, 0, 0] };
  for (let period = 0; period < 400; period++) need.update(readingsOf([160, 160], overload));
  expect(need.local[0]).toBeCloseTo(2, 2);
  // More replicas, less dropped: the bound rises to the truth, step by step.
  const relieved: Seen = {
    cpu: [1, 1, 0.2, 0.2],
    ready: [3, 3, 4, 4],
    arrivalsPerS: [160, 160, 50, 50],
    droppedPerS: [10, 10, 0, 0],
  };
  for (let period = 0; period < 400; period++) need.update(readingsOf([160, 160], relieved));
  expect(need.local[0]).toBeCloseTo(3, 1);
  // A cheap moment under overload is no proof that requests are cheap.
  const cheap: Seen = { cpu: [0.1, 0.1, 0.2, 0.2], arrivalsPerS: [160, 160, 50, 50], droppedPerS: [100, 100, 0, 0] };
  for (let period = 0; period < 400; period++) need.update(readingsOf([160, 160], cheap));
  expect(need.local[0]).toBeCloseTo(3, 1);
});

test("declared errors of a few per cent do not stop the learning", () => {
  const need = createNeedEstimator(spec);
  need.update(readingsOf([100, 100]));
  for (let period = 0; period < 400; period++) need.update(readingsOf([200, 200], { droppedPerS: [4, 4, 2, 2] }));
  expect(need.feedForward[2]).toBeCloseTo(1, 2);
});

test("the memory is ten minutes, divided by the time scale", () => {
  for (const timeScale of [1, 10]) {
    const need = createNeedEstimator({ ...spec, syncPeriodMs: 15_000 / timeScale, timeScale });
    for (let period = 0; period < 400; period++) need.update(readingsOf([100, 100]));
    for (let period = 0; period < 40; period++) need.update(readingsOf([200, 200]));
    // After one time constant (40 periods of 15 s) 1 - 1/e of the way from .01 to .005 pods per request.
    expect(need.feedForward[0]! / 200).toBeCloseTo(0.005 + 0.005 * Math.exp(-1), 5);
  }
});

test("a change of size does not look like a change of demand", () => {
  const need = createNeedEstimator(spec);
  for (let period = 0; period < 10; period++) need.update(readingsOf([100, 100]));
  // Twice the replicas from now on, while the CPU that can be read is still the average from before.
  need.update(readingsOf([100, 100], { ready: [4, 4, 8, 8] }));
  expect(need.feedForward[0]).toBeCloseTo(1, 1);
  expect(Math.abs(need.feedForward[0]! - 1)).toBeLessThan(0.06);
});

test("a missing entry rate keeps the last need", () => {
  const need = createNeedEstimator(spec);
  need.update(readingsOf([100, 100]));
  need.update(readingsOf([Number.NaN, 100]));
  expect(need.feedForward[0]).toBe(1);
});

test("a reset forgets one environment and leaves the others", () => {
  const need = createNeedEstimator({
    ...spec,
    priorPodsPerEntryRequest: Float64Array.of(0.02, 0.03),
    priorPodsPerRequest: Float64Array.of(0.02, 0.06),
  });
  for (let period = 0; period < 10; period++) need.update(readingsOf([100, 100]));
  const kept = need.feedForward[1];
  need.reset(0);
  expect(need.feedForward[0]).toBeNaN();
  need.update(readingsOf([100, 100], { cpu: [Number.NaN, Number.NaN, 0.25, 0.25] }));
  expect(need.feedForward[0]).toBe(2);
  expect(need.feedForward[1]).toBe(kept);
});
