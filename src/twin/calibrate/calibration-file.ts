import { meanOf } from "../../core/statistics.ts";
import { isCpuQuota } from "../../control/loop/cpu-quota.ts";
import type { Timing } from "../../control/loop/timing.ts";
import type { Problem } from "../../core/errors.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { type CalibrationReport, calibrate } from "./calibrate.ts";
import type { Calibration, ServiceCalibration } from "./calibration.ts";
import { type Covered, type Wanted, coveredBy, isCovered } from "./coverage.ts";
import type { Estimate } from "./estimate.ts";
import { type ColdFit, fitCold } from "./fit-cold.ts";
import { demandPoints } from "./fit-demand.ts";
import { type MemoryFit, fitMemory } from "./fit-memory.ts";
import { type ExpectedWaitMs, fitSpread } from "./fit-spread.ts";
import { fitVisits } from "./fit-visits.ts";
import { type HeldOut, heldOutErrors } from "./held-out.ts";
import type { Recording } from "./recording.ts";

export const CALIBRATION_FORMAT = "karma-calibration-1";

/** What `karma calibrate` writes: the twin's figures, how sure they are, and where they hold. */
export type CalibrationFile = {
  readonly format: typeof CALIBRATION_FORMAT;
  readonly topology: string;
  /** CPU limits as it ran, millicores: a cluster may run at a scale. */
  readonly limits: readonly { readonly service: string; readonly cpuMilli: number }[];
  /** True when every service was seen at the wanted utilisations, started often enough, and is predicted well. */
  readonly isCalibrated: boolean;
  /** Why not, and what is as the topology declares. */
  readonly problems: readonly Problem[];
  readonly wanted: Wanted;
  readonly calibration: Calibration;
  readonly services: readonly CalibratedService[];
};

export type CalibratedService = CalibrationReport["services"][number] & {
  readonly covered: Covered;
  readonly heldOut: HeldOut;
  /** Requests here per request at the entry. */
  readonly visits: Estimate;
  /** Of the CPU of a request; undefined where too little was waited for. For the user: the twin takes the topology's. */
  readonly workCv: number | undefined;
  /** Of a replica, and how much dearer its first requests are; undefined where the recording does not tell. Likewise. */
  readonly memory: MemoryFit | undefined;
  readonly cold: ColdFit | undefined;
  /** Age of a sample when it is first seen, ms: scrape to readings. */
  readonly lagMs: number;
};

/** Mean error of CPU over unseen samples, of the limit, up to which a service counts as calibrated. */
const HIGHEST_ERROR = 0.03;

export type CalibrationInput = {
  readonly recording: Recording;
  /** As it ran. */
  readonly topology: Topology;
  readonly timing: Timing;
  readonly wanted: Wanted;
  readonly expectedWaitMs: ExpectedWaitMs;
};

/** Fits a recording, holds the fit against what it had not seen, and says what it does not cover. */
export function calibrateFully(input: CalibrationInput): CalibrationFile {
  const { recording, topology, timing, wanted, expectedWaitMs } = input;
  const { calibration, report } = calibrate(recording, topology, timing);
  const visits = fitVisits(recording, topology, timing);
  const services = topology.services.map((service, index): CalibratedService => {
    const points = demandPoints(recording, index, service, timing);
    const { cpuMsPerRequest, idleCpuShare } = calibration.services[index]!;
    const callers = callersOf(recording, topology, index);
    const known = { workMs: cpuMsPerRequest, callers, timeScale: timing.timeScale };
    return {
      ...report.services[index]!,
      covered: coveredBy(points),
      heldOut: heldOutErrors(points, idleCpuShare),
      visits: visits[index]!,
      workCv: fitSpread(recording, index, service, known, expectedWaitMs).workCv,
      memory: fitMemory(recording, index),
      cold: fitCold(recording, index, service, timing, idleCpuShare),
      lagMs: youngestMs(recording, index),
    };
  });
  const problems = [...report.problems, ...services.flatMap((one) => doubtsOf(one, wanted))];
  const isMeasured = services.every(({ cpuMsPerRequest }) => cpuMsPerRequest.source === "measured");
  const isStarted = services.every(({ startupMeanMs }) => startupMeanMs.source === "measured");
  return {
    format: CALIBRATION_FORMAT,
    topology: topology.name,
    limits: topology.services.map(({ name, cpuMilli }) => ({ service: name, cpuMilli })),
    isCalibrated: isMeasured && isStarted && services.every((one) => doubtsOf(one, wanted).length === 0),
    problems,
    wanted,
    calibration,
    services,
  };
}

function doubtsOf({ service, covered, heldOut }: CalibratedService, wanted: Wanted): Problem[] {
  const path = `services.${service}.cpu`;
  const doubts: Problem[] = [];
  if (!isCovered(covered, wanted)) {
    const seen = Number.isNaN(covered.low) ? "no steady sample" : `${share(covered.low)} to ${share(covered.high)}`;
    doubts.push({
      path,
      message: `expected loads from ${share(wanted.low)} to ${share(wanted.high)} CPU, found ${seen}`,
    });
  }
  for (const [over, error] of [["time", heldOut.byTime] as const, ["load", heldOut.byLoad] as const]) {
    if (error <= HIGHEST_ERROR) continue;
    const found = Number.isNaN(error) ? "too few samples to tell" : share(error);
    doubts.push({ path, message: `expected unseen CPU (by ${over}) within ${share(HIGHEST_ERROR)}, found ${found}` });
  }
  return doubts;
}

function share(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

/** Replicas that call the service, in the mean; 0 = users do. */
function callersOf({ readings }: Recording, topology: Topology, index: number): number {
  const { name } = topology.services[index]!;
  if (topology.entries.some(({ service }) => service === name) || readings.length === 0) return 0;
  const callers = topology.services.flatMap(({ endpoints }, caller) =>
    endpoints.some(({ calls }) => calls.flat().some(({ service }) => service === name)) ? [caller] : [],
  );
  const all = readings.map(({ ready }) => callers.reduce((sum, caller) => sum + ready[caller]!, 0));
  return meanOf(all);
}

function youngestMs({ readings }: Recording, index: number): number {
  const ages = readings.map(({ ageMs }) => ageMs[index]!).filter((age) => age >= 0);
  return ages.length === 0 ? Number.NaN : ages.reduce((least, age) => Math.min(least, age), Infinity);
}

/** What is wrong with a file that should be a calibration of this topology; empty when nothing is. */
export function checkCalibration(file: unknown, topology: Topology): Problem[] {
  const { format, limits, calibration } = (file ?? {}) as Partial<CalibrationFile>;
  if (format !== CALIBRATION_FORMAT) return [{ path: "format", message: `expected ${CALIBRATION_FORMAT}` }];
  const names = topology.services.map(({ name }) => name).join(", ");
  const found = Array.isArray(limits) ? limits.map(({ service }) => String(service)).join(", ") : "none";
  if (found !== names) return [{ path: "limits", message: `expected the services ${names}, found ${found}` }];
  if (!(limits ?? []).every(({ cpuMilli }) => cpuMilli > 0 && Number.isFinite(cpuMilli)))
    return [{ path: "limits", message: "expected millicores above 0" }];
  const services: readonly ServiceCalibration[] = calibration?.services ?? [];
  if (services.length !== topology.services.length || !services.every(isPlausible))
    return [
      { path: "calibration.services", message: "expected CPU, idle share, start-up and latency of each service" },
    ];
  const { cpuQuota } = calibration ?? {};
  if (cpuQuota !== undefined && !isCpuQuota(cpuQuota))
    return [{ path: "calibration.cpuQuota", message: "expected { groups: 1 or 2 }, or nothing" }];
  return [];
}

function isPlausible({ cpuMsPerRequest, idleCpuShare, startupMs, fixedLatencyMs }: ServiceCalibration): boolean {
  const isWork = cpuMsPerRequest > 0 && Number.isFinite(cpuMsPerRequest) && idleCpuShare >= 0 && idleCpuShare < 1;
  return isWork && startupMs?.mean >= 0 && Number.isFinite(startupMs.mean) && fixedLatencyMs >= 0;
}

/** The calibration for the topology as declared: CPU of requests goes along with the limit a cluster ran at. */
export function calibrationFor({ calibration, limits }: CalibrationFile, topology: Topology): Calibration {
  return {
    ...calibration,
    services: calibration.services.map((one, index) =>
      Object.assign({}, one, {
        cpuMsPerRequest: (one.cpuMsPerRequest * topology.services[index]!.cpuMilli) / limits[index]!.cpuMilli,
      }),
    ),
  };
}
