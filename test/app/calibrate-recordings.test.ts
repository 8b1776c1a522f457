import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CalibrateRequest,
  type CalibrateResult,
  calibrateRecordings,
  readCalibration,
} from "../../src/app/calibrate-recordings.ts";
import { createProgress } from "../../src/host/progress.ts";
import type { Topology } from "../../src/system/topology/topology.ts";
import { RECORDING_FORMAT, type RecordingLine, encodeRecordingLine } from "../../src/twin/calibrate/recording-file.ts";
import { service, topologyOf } from "../twin/fixtures.ts";
import { type Recorded, recordTwin, timing } from "../twin/learned/recorded.ts";

const one: Topology = topologyOf([service("one", 20)]);
const other: Topology = topologyOf([service("other", 20)]);
const signal = new AbortController().signal;

let cwd = "";

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "karma-calibrate-"));
  await write("long.jsonl", { seed: 1, steps: 170, ratesPerS: [10, 70], sizes: [2, 4] });
  await write("more.jsonl", { seed: 2, steps: 170, ratesPerS: [60, 140], sizes: [5, 8] });
  await write("short.jsonl", { seed: 3, steps: 60, ratesPerS: [10, 70], sizes: [2, 4] });
}, 60_000);

afterAll(() => rmSync(cwd, { recursive: true }));

async function write(name: string, recorded: Recorded): Promise<void> {
  const { readings, events } = await recordTwin(one, recorded);
  const services = one.services.map(({ name: own, cpuMilli }) => ({ name: own, cpuMilli }));
  const about = { topology: one.name, services, timing, on: "twin", startedAtEpochMs: 0 };
  const lines: readonly RecordingLine[] = [
    { header: { format: RECORDING_FORMAT, ...about } },
    ...readings.map((each) => ({ readings: each })),
    ...events.map((event) => ({ event })),
  ];
  writeFileSync(join(cwd, name), `${lines.map((line) => encodeRecordingLine(line)).join("\n")}\n`);
}

function run(recording: string, more: Partial<CalibrateRequest> = {}): ReturnType<typeof calibrateRecordings> {
  const request = { topology: one, recordings: [recording], wanted: { low: 0.3, high: 0.6 }, out: "calibration.json" };
  return calibrateRecordings({ ...request, ...more }, { cwd, progress: createProgress("quiet"), signal });
}

test("a recording of pods gives a calibration that says how their nodes keep the limits, and is joined with no other", async () => {
  const text = readFileSync(join(cwd, "short.jsonl"), "utf8");
  writeFileSync(join(cwd, "pods.jsonl"), text.replace('"on":"twin"', '"on":"kind","cpuQuota":{"groups":2}'));
  expect((await run("short.jsonl")).file.calibration).not.toHaveProperty("cpuQuota");
  await run("pods.jsonl", { out: "pods.json" });
  expect(readCalibration(cwd, "pods.json", one).cpuQuota).toEqual({ groups: 2 });
  await expect(run("short.jsonl", { recordings: ["short.jsonl", "pods.jsonl"] })).rejects.toThrow("nodes");
  const three = readFileSync(join(cwd, "pods.json"), "utf8").replace('"groups": 2', '"groups": 3');
  writeFileSync(join(cwd, "three.json"), three);
  expect(() => readCalibration(cwd, "three.json", one)).toThrow("does not fit");
});

const learned = { out: "learned.json", isRefresh: false, seed: 1 };

describe("transitions that are learned beside a calibration", { timeout: 60_000 }, () => {
  let result: CalibrateResult;

  beforeAll(async () => {
    result = await run("long.jsonl", { learned });
  }, 60_000);

  test("are written, and again the same bytes", async () => {
    expect(result.learned).toMatchObject({ path: join(cwd, "learned.json"), seen: result.learned?.transitions });
    expect(result.learned!.errors.models).toHaveLength(6);
    const first = readFileSync(join(cwd, "learned.json"), "utf8");
    await run("long.jsonl", { learned });
    expect(readFileSync(join(cwd, "learned.json"), "utf8")).toBe(first);
  });

  test("go on with a further recording", async () => {
    const after = await run("more.jsonl", { learned: { ...learned, isRefresh: true } });
    expect(after.learned!.seen).toBe(result.learned!.transitions + after.learned!.transitions);
    expect(after.learned!.cells).toBeGreaterThan(result.learned!.cells);
  });
});

test("without being asked for, nothing is learned", async () => {
  const result = await run("long.jsonl", { out: "alone/calibration.json" });
  expect(result.learned).toBeUndefined();
  expect(readdirSync(join(cwd, "alone"))).toEqual(["calibration.json"]);
});

test("a recording that is too short to learn from leaves nothing behind, and says how long one is needed", async () => {
  await expect(run("short.jsonl", { out: "short/calibration.json", learned })).rejects.toMatchObject({
    code: "INPUT_INVALID",
    hint: expect.stringContaining("--duration 12m"),
  });
  expect(readdirSync(cwd)).not.toContain("short");
});

test("transitions of other services, or none, are no start", async () => {
  const refresh = { ...learned, isRefresh: true };
  writeFileSync(join(cwd, "broken.json"), "{}");
  await expect(run("long.jsonl", { learned: { ...refresh, out: "broken.json" } })).rejects.toMatchObject({
    code: "INPUT_INVALID",
    problems: [{ path: "format" }],
  });
  await expect(run("long.jsonl", { learned: { ...refresh, out: "none.json" } })).rejects.toThrow("no such file");
  await expect(run("long.jsonl", { learned, topology: other })).rejects.toThrow("expected a recording of the services");
});
