import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { calibrateRecordings } from "../../src/app/calibrate-recordings.ts";
import { drawTruth } from "../../src/app/evaluation/truth.ts";
import { recordTwin, type RecordTwinRequest } from "../../src/app/record-twin.ts";
import { declaredCalibration } from "../../src/twin/calibrate/calibration.ts";
import { kubernetesTiming } from "../../src/control/loop/timing.ts";
import { chain } from "../evaluate/chain.ts";
import { createFolder } from "../host/folder.ts";
import { hostIn, scenarioOf } from "./evaluation/setup.ts";

const truth = { startup: 1.8, capacity: 0.25, system: 2 };

function request(more: Partial<RecordTwinRequest> = {}): RecordTwinRequest {
  const { inputs } = scenarioOf("crowds", { isSynthetic: true });
  return {
    inputs: { ...inputs, scenario: { ...inputs.scenario, lengthS: 7_200 } },
    out: "seen.jsonl",
    lengthS: 1_800,
    volumePerS: undefined,
    loads: [0.3, 0.5, 0.7],
    twin: "fluid",
    truth,
    autoscaler: "hpa:60",
    seed: 1,
    ...more,
  };
}

test("a calibration of the recording finds what nobody was told: dearer requests and slower starts", async () => {
  const host = hostIn(createFolder());
  const { path, outcome } = await recordTwin(request(), host);
  expect(outcome!.requests).toBeGreaterThan(100_000);
  const { file } = await calibrateRecordings(
    { topology: chain, recordings: [path], wanted: { low: 0.4, high: 0.6 }, out: "calibration.json" },
    host,
  );
  const { capacityFactor } = drawTruth(truth, chain.services.length, "any");
  const declared = declaredCalibration(chain, kubernetesTiming);
  for (const [index, { cpuMsPerRequest, startupMs }] of file.calibration.services.entries()) {
    const told = declared.services[index]!;
    expect((cpuMsPerRequest * capacityFactor[index]!) / told.cpuMsPerRequest).toBeCloseTo(1, 1);
    expect(startupMs.mean / told.startupMs.mean).toBeGreaterThan(1.5);
    expect(startupMs.mean / told.startupMs.mean).toBeLessThan(2.1);
  }
});

test("the same seed writes the same recording, another one another", async () => {
  const host = hostIn(createFolder());
  const bytesOf = async (out: string, seed: number): Promise<string[]> => {
    await recordTwin(request({ out, seed, lengthS: 300, loads: [] }), host);
    // The first line says when.
    return readFileSync(join(host.cwd, out), "utf8").split("\n").slice(1);
  };
  const first = await bytesOf("first.jsonl", 1);
  expect(await bytesOf("again.jsonl", 1)).toEqual(first);
  expect(await bytesOf("other.jsonl", 2)).not.toEqual(first);
});
