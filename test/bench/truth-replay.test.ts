import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ReplayOptions, readTruth, replay } from "../../bench/truth-replay.ts";
import { truthScenarios } from "../../bench/twin-truth-scenarios.ts";
import { calibrateRecordings } from "../../src/app/calibrate-recordings.ts";
import { comparedParts } from "../../src/app/compared-parts.ts";
import { readTopology } from "../../src/app/inputs.ts";
import { playOnTwins } from "../../src/app/twin-parts.ts";
import { kubernetesTiming, scaleTiming } from "../../src/control/loop/timing.ts";
import { quantileOf } from "../../src/core/histogram.ts";
import { createRng } from "../../src/core/rng.ts";
import { barsAt } from "../../src/evaluate/twin-bars.ts";
import { poolPlays } from "../../src/evaluate/twin-noise.ts";
import { createProgress } from "../../src/host/progress.ts";
import type { Topology } from "../../src/system/topology/topology.ts";
import { declaredCalibration } from "../../src/twin/calibrate/calibration.ts";
import { RECORDING_FORMAT, type RecordingLine, encodeRecordingLine } from "../../src/twin/calibrate/recording-file.ts";
import { createRequestTwin } from "../../src/twin/requests/create-request-twin.ts";

const timing = scaleTiming(kubernetesTiming, 10);
const LENGTH_MS = 12_000;
const RECORDED_MS = 60_000;
const LOAD = 0.5;
const scenario = truthScenarios(1).find(({ name }) => name === "single")!;

let run = "";
let left = "";

/** A run that a twin stood in for the cluster of; its truth.json is as it was written before it told length and machine. */
beforeAll(async () => {
  run = mkdtempSync(join(tmpdir(), "karma-replay-"));
  left = join(run, "single");
  mkdirSync(left);
  writeFileSync(join(left, "topology.json"), JSON.stringify(scenario.topology));
  const { topology } = readTopology({ cwd: left });
  writeFileSync(join(left, "recording-1.jsonl"), `${recordedLines(topology).map(encodeRecordingLine).join("\n")}\n`);
  writeFileSync(join(run, "truth.json"), JSON.stringify({ single: await measuredOf(topology) }));
});

afterAll(() => rmSync(run, { recursive: true }));

function recordedLines(topology: Topology): readonly RecordingLine[] {
  const twin = createRequestTwin(topology, declaredCalibration(topology, timing), {
    rng: createRng("cluster"),
    ratePerS: Float64Array.of(8, 16),
    stepMs: RECORDED_MS / 2,
    initialReplicas: Float64Array.of(1),
  });
  const services = topology.services.map(({ name, cpuMilli }) => ({ name, cpuMilli }));
  const about = { topology: topology.name, services, timing, on: "local", startedAtEpochMs: 0 };
  const readings = Array.from({ length: RECORDED_MS / 500 }, (_, look) => {
    twin.advanceTo(500 * look);
    return { readings: structuredClone(twin.observe()) };
  });
  return [{ header: { format: RECORDING_FORMAT, ...about } }, ...readings];
}

async function measuredOf(topology: Topology): Promise<object> {
  const asked = { loads: [LOAD], lengthMs: LENGTH_MS, hasHpa: false, hasCrash: false, hasScaleUp: false, seed: 3 };
  const [planned] = comparedParts(asked, { topology, timing, sizes: Float64Array.of(1) });
  const { requests } = await playOnTwins(planned!.part, declaredCalibration(topology, timing));
  const { figures, latency } = poolPlays(requests, ["web"]);
  const quantilesMs = Array.from({ length: 99 }, (_, at) => quantileOf(latency, (at + 1) / 100));
  const cluster = { ...figures, quantilesMs, sizes: [{ atMs: LENGTH_MS - 300, ready: [1] }] };
  const parts = [{ part: `load ${LOAD}`, cluster, bars: barsAt(LOAD, undefined) }];
  const about = { topology: topology.name, services: ["web"], on: "local", timeScale: 10, seed: 3, repeats: 1 };
  return { ...about, calibration: "measured", parts };
}

function options(out: string, more: Partial<ReplayOptions> = {}): ReplayOptions {
  return { folder: left, out: join(run, out), cpuQuota: undefined, cover: ".3,.55", karma: calibrate, ...more };
}

/** In place of the command: karma calibrate RECORDING --cover … --out PATH. */
async function calibrate(cwd: string, ...args: readonly string[]): Promise<void> {
  const [, recording, , , , out] = args;
  const { topology } = readTopology({ cwd });
  const request = { topology, recordings: [recording!], wanted: { low: 0.3, high: 0.55 }, out: out! };
  await calibrateRecordings(request, { cwd, progress: createProgress("quiet"), signal: new AbortController().signal });
}

test("what was measured stays, and the twins are calibrated anew and meet the same requests", async () => {
  const { single } = readTruth(run);
  const result = await replay(single!, options("today"));
  expect(result.parts.map(({ part }) => part)).toEqual(["load 0.5"]);
  const [part] = result.parts;
  expect(part!.cluster).toEqual(single!.parts[0]!.cluster);
  // The twin itself was the cluster: the same schedule, nearly the same calibration.
  expect(part!.requests.gap.requests).toBe(0);
  expect(result.lengthMs).toBe(LENGTH_MS);
  expect(Math.abs(part!.requests.gap.p50)).toBeLessThan(0.06);
  expect(part!.requests.gap.distance).toBeLessThan(0.1);
  expect(readdirSync(join(run, "today"))).toEqual(["calibration.json"]);
  expect(readdirSync(left).toSorted()).toEqual(["recording-1.jsonl", "topology.json"]);
});

test("parts of a run that did not write their length down may end before the last look at them", async () => {
  const { single } = readTruth(run);
  const [part] = single!.parts;
  const late = { ...part!, cluster: { ...part!.cluster, sizes: [{ atMs: LENGTH_MS + 200, ready: [1] }] } };
  const result = await replay({ ...single!, parts: [late] }, options("late"));
  expect(result.lengthMs).toBe(LENGTH_MS);
});

function headerIn(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, "recording-1.jsonl"), "utf8").split("\n")[0]!);
}

test("a recording that does not say how the kernel keeps limits is copied with what the user says", async () => {
  const { single } = readTruth(run);
  const result = await replay(single!, options("kernel", { cpuQuota: { groups: 2 } }));
  expect(headerIn(join(run, "kernel"))).toMatchObject({ header: { on: "local", cpuQuota: { groups: 2 } } });
  expect(headerIn(left)).not.toHaveProperty("header.cpuQuota");
  expect(result.machine.cpuQuota).toEqual({ groups: 2 });
});
