import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { asItRan, readCalibration, readRecording } from "../src/app/calibrate-recordings.ts";
import { type ComparedPart, type CompareResult, type Machine, besideTwins } from "../src/app/compare-twins.ts";
import { type NamedPart, type PartsRequest, comparedParts } from "../src/app/compared-parts.ts";
import { readTopology } from "../src/app/inputs.ts";
import { withWarmUp } from "../src/app/live-load.ts";
import { type Part, playOnTwins } from "../src/app/twin-parts.ts";
import type { CpuQuota } from "../src/control/loop/cpu-quota.ts";
import { type Histogram, createHistogram, record } from "../src/core/histogram.ts";
import { createRng } from "../src/core/rng.ts";
import { drawArrivalTimesMs } from "../src/system/workload/arrival-times.ts";
import type { RecordingHeader } from "../src/twin/calibrate/recording-file.ts";

/** What a cluster was measured to be. Runs of before did not write down how long parts were, and on what machine. */
export type Measured = Omit<CompareResult, Later> & Partial<Pick<CompareResult, Later>>;
type Later = "lengthMs" | "machine";

export type ReplayOptions = {
  /** What the run left of the scenario: topology and recording. */
  readonly folder: string;
  /** Where what is calibrated anew goes. */
  readonly out: string;
  /** How the kernel kept the limits, for a recording that does not say. */
  readonly cpuQuota: CpuQuota | undefined;
  /** A user's command, in a folder. */
  readonly karma: (cwd: string, ...args: readonly string[]) => Promise<unknown>;
  /** Utilisations that a calibration is to cover. */
  readonly cover: string;
};

/** What a run measured, by scenario. */
export function readTruth(folder: string): Readonly<Record<string, Measured>> {
  return JSON.parse(readFileSync(join(folder, "truth.json"), "utf8")) as Record<string, Measured>;
}

/** Calibrates the twins anew from what was recorded, and plays the same schedules on them as they are now: no cluster. */
export async function replay(
  measured: Measured,
  { folder, out, cpuQuota, karma, cover }: ReplayOptions,
): Promise<CompareResult> {
  mkdirSync(out, { recursive: true });
  const recording = recordingIn(folder, out, cpuQuota);
  const calibrationPath = join(out, "calibration.json");
  await karma(folder, "calibrate", recording, "--cover", cover, "--out", calibrationPath);
  const read = readRecording(recording);
  const topology = asItRan(readTopology({ cwd: folder }).topology, read);
  const calibration = readCalibration(folder, calibrationPath, topology);
  const sizes = read.recording.readings[0]!.desired;
  const course = { topology, timing: calibration.timing, sizes, hasPods: measured.on !== "local" };
  const plan = (lengthMs: number): readonly NamedPart[] => comparedParts(partsOf(measured, lengthMs), course);
  const lengthMs = measured.lengthMs ?? shownLengthMs(measured, plan);
  const planned = plan(lengthMs);
  const machine = machineOf(measured, read.header);
  const parts: ComparedPart[] = [];
  for (const part of measured.parts) {
    const found = planned.find(({ name }) => name === part.part);
    if (found === undefined) throw new Error(`no part ${part.part} at these sizes`);
    const twins = await playOnTwins({ ...found.part, ...machine }, calibration);
    parts.push(besideTwins(part, asHistogram(part.cluster.quantilesMs), twins, measured.services));
  }
  return { ...measured, lengthMs, machine, calibration: calibration.source, parts };
}

/** The last one. Where it does not say how the kernel kept the limits, and the user does, a copy that says so. */
function recordingIn(folder: string, out: string, cpuQuota: CpuQuota | undefined): string {
  const file = readdirSync(folder)
    .filter((name) => /^recording-.*\.jsonl$/.test(name))
    .toSorted()
    .at(-1);
  if (file === undefined) throw new Error(`no recording-*.jsonl in ${folder}`);
  const path = join(folder, file);
  if (cpuQuota === undefined) return path;
  const [first = "", ...lines] = readFileSync(path, "utf8").split("\n");
  const { header } = JSON.parse(first) as { readonly header: RecordingHeader };
  const copy = join(out, file);
  writeFileSync(copy, [JSON.stringify({ header: { cpuQuota, ...header } }), ...lines].join("\n"));
  return copy;
}

/** What was played, as its parts tell. */
function partsOf({ parts, seed }: Measured, lengthMs: number): PartsRequest {
  const has = (name: string): boolean => parts.some(({ part }) => part === name);
  return {
    loads: parts.flatMap(({ part }) => (part.startsWith("load ") ? [Number(part.slice("load ".length))] : [])),
    lengthMs,
    hasHpa: has("crowd under HPA"),
    hasCrash: has("crash"),
    hasScaleUp: has("scale-up"),
    seed,
  };
}

const SECOND_MS = 1_000;

/**
 * Of a run that did not say: whole seconds. The last look at its first part was less than a second before the end, or after
 * it, while the last answers came: the length in which the schedule holds nearest to as many requests as were sent.
 */
function shownLengthMs({ parts: [first] }: Measured, plan: (lengthMs: number) => readonly NamedPart[]): number {
  const { cluster } = first!;
  const seconds = Math.ceil(cluster.sizes.at(-1)!.atMs / SECOND_MS);
  const missing = (lengthMs: number): number => Math.abs(requestsIn(plan(lengthMs)[0]!.part) - cluster.requests);
  const [likely, shorter] = [seconds * SECOND_MS, (seconds - 1) * SECOND_MS] as const;
  return missing(shorter) < missing(likely) ? shorter : likely;
}

function requestsIn({ workload, warmUpMs, seed }: Part): number {
  const timesMs = drawArrivalTimesMs(withWarmUp(workload, warmUpMs), "poisson", createRng(seed).split("arrivals"));
  return timesMs.filter((ms) => ms >= warmUpMs).length;
}

/** Of a run that did not say: as many cores as here. */
function machineOf({ machine }: Measured, { cpuQuota }: RecordingHeader): Machine {
  if (machine !== undefined) return machine;
  return { nodeCores: availableParallelism(), ...(cpuQuota === undefined ? {} : { cpuQuota }) };
}

/** A distribution of these hundredths; between two of them, and above the last, nothing is known. */
function asHistogram(quantilesMs: readonly number[]): Histogram {
  const latency = createHistogram();
  for (const ms of quantilesMs) record(latency, ms);
  record(latency, quantilesMs.at(-1)!);
  return latency;
}
