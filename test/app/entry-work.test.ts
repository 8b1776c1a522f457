import { expect, test } from "vitest";
import { asCalibrated, drawEntryWorkMs } from "../../src/app/entry-work.ts";
import { kubernetesTiming } from "../../src/control/loop/timing.ts";
import { meanOf } from "../../src/core/statistics.ts";
import { declaredCalibration } from "../../src/twin/calibrate/calibration.ts";
import { shippedTopology } from "../team/chain.ts";

const single = shippedTopology("single");

test("requests are given the work that the topology declares, the same for the same seed", () => {
  const workMs = drawEntryWorkMs(single, 20_000, 1)!;
  expect(meanOf(workMs)).toBeCloseTo(2.5, 1);
  expect(drawEntryWorkMs(single, 20_000, 1)).toEqual(workMs);
  expect(drawEntryWorkMs(single, 5, 2)).not.toEqual(workMs.slice(0, 5));
});

/** How far the mean of any 32 neighbours is from the declared one. */
function worstOf32(workMs: Float64Array): number {
  return Math.max(
    ...Array.from({ length: 50 }, (_, k) => Math.abs(meanOf(workMs.slice(32 * k, 32 * k + 32)) / 2.5 - 1)),
  );
}

test("evenly spread, few requests cost what many do: every sixteen show the whole distribution", () => {
  const [drawn, even] = (["drawn", "even"] as const).map((how) => drawEntryWorkMs(single, 1_600, 1, how)!) as [
    Float64Array,
    Float64Array,
  ];
  expect(meanOf(even)).toBeCloseTo(2.5, 3);
  expect(worstOf32(even)).toBeLessThan(0.5 * worstOf32(drawn));
  const factor = even.toSorted()[800]! / drawn.toSorted()[800]!;
  for (const [at, ms] of drawn.toSorted().entries()) expect(even.toSorted()[at]).toBeCloseTo(factor * ms, 1);
});

test.each([0, 1, 15, 17, 100])("as many are spread evenly as there are: %d", (requests) => {
  const even = drawEntryWorkMs(single, requests, 3, "even")!;
  expect(even).toHaveLength(requests);
  expect(even.every((ms) => ms >= 0)).toBe(true);
});

test("work is told in whole microseconds, so that what a header says is what a twin does", () => {
  for (const ms of drawEntryWorkMs(single, 100, 1)!) expect(Number(ms.toFixed(3))).toBe(ms);
});

test("where requests enter at several endpoints nobody can say who goes where", () => {
  expect(shippedTopology("shop").entries.length).toBeGreaterThan(1);
  expect(drawEntryWorkMs(shippedTopology("shop"), 10, 1)).toBeUndefined();
});

test("on a calibrated twin each request costs as much more as all do in the mean", () => {
  const declared = declaredCalibration(single, kubernetesTiming);
  const measured = {
    ...declared,
    services: declared.services.map((one) => Object.assign({}, one, { cpuMsPerRequest: 1.1 * one.cpuMsPerRequest })),
  };
  const given = asCalibrated(Float64Array.of(1, 10), single, measured);
  expect(given[0]).toBeCloseTo(1.1, 9);
  expect(given[1]).toBeCloseTo(11, 9);
});
