import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readInputs } from "../../src/app/inputs.ts";
import { train, type TrainRequest } from "../../src/app/train.ts";
import { packagePath } from "../../src/host/package-files.ts";
import { createProgress, type Progress } from "../../src/host/progress.ts";
import { actionVersion } from "../../src/team/policy/actions.ts";
import { observationVersion } from "../../src/team/policy/observe.ts";
import { createFolder } from "../host/folder.ts";

/** Stops a training when all is ready and the first iteration is about to begin. */
const stop: Progress = { ...createProgress("quiet"), step: () => Promise.reject(new Error("stopped")) };
const host = { cwd: "/", progress: stop, signal: new AbortController().signal };

function requestIn(runPath: string): TrainRequest {
  const inputs = readInputs({ cwd: "/", topology: packagePath("topologies/karma-two-services.json") });
  const run = { runPath, timeScale: 1, volumePerS: 100, seed: 1, steps: 20_480, kappa: 40 };
  return { ...run, inputs, backEnd: "wasm", isResumed: false };
}

test("a stopped training of other actions or observations is not gone on with", async () => {
  const request = requestIn(createFolder());
  await expect(train(request, host)).rejects.toThrow("stopped");
  const path = join(request.runPath, "config.json");
  const config = readFileSync(path, "utf8");
  for (const version of [actionVersion, observationVersion]) {
    writeFileSync(path, config.replace(`"${version}"`, '"another/1"'));
    await expect(train({ ...request, isResumed: true }, host)).rejects.toThrow("was started with other options");
  }
}, 60_000);
