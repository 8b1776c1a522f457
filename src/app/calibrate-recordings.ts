import { basename, dirname, resolve } from "node:path";
import type { CpuQuota } from "../control/loop/cpu-quota.ts";
import { KarmaError } from "../core/errors.ts";
import { readUserFile } from "../host/read.ts";
import { writeBelow } from "../host/write.ts";
import { scaleTopology } from "../system/topology/scale.ts";
import type { Topology } from "../system/topology/topology.ts";
import {
  type CalibrationFile,
  type CalibrationInput,
  calibrateFully,
  calibrationFor,
  checkCalibration,
} from "../twin/calibrate/calibration-file.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";
import type { Wanted } from "../twin/calibrate/coverage.ts";
import { joinRecordings } from "../twin/calibrate/join-recordings.ts";
import { type ReadRecording, type RecordingHeader, decodeRecording } from "../twin/calibrate/recording-file.ts";
import { fittedWaitMs } from "../twin/fluid/sojourn-fit.ts";
import type { Host } from "./host.ts";
import { withoutUnseenWaits } from "./unseen-waits.ts";
import { type LearnResult, learnTransitions } from "./learn-transitions.ts";

export type CalibrateRequest = {
  readonly topology: Topology;
  readonly recordings: readonly string[];
  /** Utilisations at which the calibration is to be relied on. */
  readonly wanted: Wanted;
  readonly out: string;
  /** Learn transitions too. */
  readonly learned?: LearnedRequest;
};

export type LearnedRequest = {
  /** File to write. */
  readonly out: string;
  /** Goes on from the file that lies there. */
  readonly isRefresh: boolean;
  readonly seed: number;
};

export type CalibrateResult = {
  readonly path: string;
  readonly file: CalibrationFile;
  readonly learned?: Omit<LearnResult, "text"> & { readonly path: string };
};

const RECORDING_LIMIT_BYTES = 512 * 1024 * 1024;

/** Fits the twin to recordings and writes the calibration; one that is in doubt is written too, and says so. */
export async function calibrateRecordings(
  { topology, recordings, wanted, out, learned }: CalibrateRequest,
  host: Pick<Host, "cwd" | "progress" | "signal">,
): Promise<CalibrateResult> {
  const { cwd, progress } = host;
  const read = recordings.map((path) => readRecording(resolve(cwd, path)));
  const [first, ...others] = read;
  if (first === undefined) {
    throw new KarmaError("USAGE", "expected a recording, found none", "karma record --on local writes one");
  }
  for (const other of others) checkSame(first, other);
  const recorded = {
    recording: joinRecordings(read.map(({ recording }) => recording)),
    topology: asItRan(topology, first),
    timing: first.header.timing,
  };
  const file = await progress.step(`calibrate the twin of ${topology.name}`, async () => {
    const fitted = calibrateFully({ ...recorded, wanted, expectedWaitMs: fittedWaitMs });
    return withQuota(withoutUnseenWaits(fitted, recorded.topology, read), first.header.cpuQuota);
  });
  // Learned before anything is written: a recording that is too short for it leaves no half a result.
  const found = learned === undefined ? undefined : await learn(recorded, learned, host);
  const path = await writeTo(resolve(cwd, out), `${JSON.stringify(file, null, 2)}\n`);
  if (learned === undefined || found === undefined) return { path, file };
  const { text, ...told } = found;
  return { path, file, learned: { path: await writeTo(resolve(cwd, learned.out), text), ...told } };
}

/** The twins of a Kubernetes recording keep replicas to their CPU limit as its nodes do. */
function withQuota(file: CalibrationFile, cpuQuota: CpuQuota | undefined): CalibrationFile {
  return cpuQuota === undefined ? file : { ...file, calibration: { ...file.calibration, cpuQuota } };
}

type Recorded = Pick<CalibrationInput, "recording" | "topology" | "timing">;

function learn(
  recorded: Recorded,
  { out, isRefresh, seed }: LearnedRequest,
  { cwd, progress, signal }: Pick<Host, "cwd" | "progress" | "signal">,
): Promise<LearnResult> {
  const refresh = isRefresh ? resolve(cwd, out) : undefined;
  return progress.step(`learn transitions of ${recorded.topology.name}`, (update) =>
    learnTransitions({ ...recorded, refresh, seed }, update, signal),
  );
}

async function writeTo(path: string, content: string): Promise<string> {
  await writeBelow(dirname(path), [{ path: basename(path), content }]);
  return path;
}

export function readRecording(path: string): ReadRecording {
  const read = decodeRecording(readUserFile(path, "recording", RECORDING_LIMIT_BYTES));
  if (!("problems" in read)) return read;
  const { problems } = read;
  throw new KarmaError("INPUT_INVALID", `${path} is no recording`, "karma record writes one", { problems });
}

/** What recordings of one cluster have in common. */
function keyOf({ services, timing, cpuQuota }: RecordingHeader): string {
  return JSON.stringify([services, timing, cpuQuota]);
}

function checkSame({ header }: ReadRecording, { header: other }: ReadRecording): void {
  if (keyOf(header) === keyOf(other)) return;
  const message = `expected recordings of one cluster, found ${header.topology} and ${other.topology} with other limits, timing or nodes`;
  throw new KarmaError("INPUT_INVALID", message, "calibrate each by itself");
}

/** The declared topology at the scale of the recorded cluster. */
export function asItRan(topology: Topology, { header }: ReadRecording): Topology {
  const declared = topology.services.map(({ name }) => name).join(", ");
  const found = header.services.map(({ name }) => name).join(", ");
  if (declared !== found) {
    const message = `expected a recording of the services ${declared}, found ${found}`;
    throw new KarmaError("INPUT_INVALID", message, "name the topology that was recorded with --topology");
  }
  const scale = header.services[0]!.cpuMilli / topology.services[0]!.cpuMilli;
  return Math.abs(scale - 1) < 1e-9 ? topology : scaleTopology(topology, Math.min(10, scale)).topology;
}

/** The calibration of a file for the topology as it is declared. */
export function readCalibration(cwd: string, path: string, topology: Topology, timeScale?: number): Calibration {
  const place = resolve(cwd, path);
  const file = parsed(readUserFile(place, "calibration"), place);
  const problems = checkCalibration(file, topology);
  const hint = "karma calibrate writes one from a recording of this topology";
  if (problems.length > 0) throw new KarmaError("INPUT_INVALID", `${place} does not fit`, hint, { problems });
  const calibration = calibrationFor(file as CalibrationFile, topology);
  if (calibration.source !== "measured") {
    throw new KarmaError("INPUT_INVALID", `${place} holds nothing that was measured`, "record a cluster under load");
  }
  const measured = calibration.timing.timeScale;
  if (timeScale === undefined || timeScale === measured) return calibration;
  const message = `expected a calibration at time scale ${timeScale}, found ${measured} in ${place}`;
  throw new KarmaError("INPUT_INVALID", message, `--time-scale ${measured}, or record a cluster at ${timeScale}`);
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new KarmaError("INPUT_INVALID", `${path} is no JSON`, "karma calibrate writes one", { cause });
  }
}
