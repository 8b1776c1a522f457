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
