import { expect, test } from "vitest";
import { kubernetesTiming } from "../../../src/control/loop/timing.ts";
import {
  CALIBRATION_FORMAT,
  type CalibrationFile,
  calibrationFor,
  checkCalibration,
} from "../../../src/twin/calibrate/calibration-file.ts";
import { declaredCalibration } from "../../../src/twin/calibrate/calibration.ts";
import { chainedWide, single } from "../fixtures.ts";

const file: CalibrationFile = {
  format: CALIBRATION_FORMAT,
  topology: "fixture",
  limits: chainedWide.services.map(({ name }) => ({ service: name, cpuMilli: 50 })),
  isCalibrated: true,
  problems: [],
  wanted: { low: 0.3, high: 0.7 },
  calibration: declaredCalibration(chainedWide, kubernetesTiming),
  services: [],
};

test("a calibration of a cluster at a tenth of the limits is one of ten times the work", () => {
  const { services } = calibrationFor(file, chainedWide);
  for (const [s, { cpuMsPerRequest }] of services.entries())
    expect(cpuMsPerRequest).toBeCloseTo(10 * file.calibration.services[s]!.cpuMsPerRequest, 9);
});

test("a calibration of this topology is taken, anything else is refused with its reason", () => {
  expect(checkCalibration(JSON.parse(JSON.stringify(file)), chainedWide)).toEqual([]);
  const [service] = file.calibration.services;
  const broken: readonly (readonly [string, unknown, string])[] = [
    ["another format", { ...file, format: "x" }, "format"],
    ["nothing", null, "format"],
    ["another topology", checkable(single), "limits"],
    ["limits of nothing", { ...file, limits: file.limits.map((one) => ({ ...one, cpuMilli: 0 })) }, "limits"],
    [
      "too few services",
      { ...file, calibration: { ...file.calibration, services: [service] } },
      "calibration.services",
    ],
  ];
  for (const [name, content, path] of broken)
    expect(
      checkCalibration(content, chainedWide).map((one) => one.path),
      name,
    ).toEqual([path]);
});

function checkable(topology: typeof single): CalibrationFile {
  return { ...file, limits: topology.services.map(({ name, cpuMilli }) => ({ service: name, cpuMilli })) };
}
