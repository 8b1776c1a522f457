import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readInputs } from "../../src/app/inputs.ts";
import { readRoles } from "../../src/app/roles.ts";
import { train, type TrainRequest } from "../../src/app/train.ts";
import type { Host } from "../../src/app/host.ts";
import { packagePath } from "../../src/host/package-files.ts";
import { createFolder } from "../host/folder.ts";
import { hostIn } from "../app/evaluation/setup.ts";

const inputs = readInputs({ cwd: "/", topology: packagePath("topologies/karma-two-services.json") });
const [front, back] = inputs.topology.services.map(({ name }) => name);

/** Two iterations. */
function request(runPath: string, more: Partial<TrainRequest> = {}): TrainRequest {
  return {
    inputs,
    timeScale: 1,
    seed: 1,
    steps: 20_480,
    kappa: 40,
    backEnd: "wasm",
    runPath,
    isResumed: false,
    ...more,
  };
}

/** Is stopped after its first iteration. */
function stopping(host: Host): Host {
  const stop = new AbortController();
  const progress: Host["progress"] = {
    ...host.progress,
    step: (_, work) => work(() => stop.abort(new Error("stopped"))),
  };
  return { ...host, signal: stop.signal, progress };
}

test("a team learns under an organization: the same bytes again, also where it was stopped; metrics tell of rules", async () => {
  const cwd = createFolder();
  const host = hostIn(cwd);
  const [whole, stopped] = [join(cwd, "whole"), join(cwd, "stopped")];
  const assign = [`${front}=ddos,failure`, `${back}=bottleneck,failure`];
  const organization = readRoles({ cwd, roles: "karma", assign }, inputs.topology);
  await train(request(whole, { organization }), host);
  await expect(train(request(stopped, { organization }), stopping(host))).rejects.toThrow("stopped");
  const { checkpoint } = await train(request(stopped, { organization, isResumed: true }), host);
  const [expected, found] = [whole, stopped].map((run) =>
    ["checkpoint.json", "metrics.jsonl"].map((name) => readFileSync(join(run, name), "utf8")),
  );
  expect(found).toEqual(expected);
  expect(checkpoint.organization).toEqual(organization);
  const { totals } = JSON.parse(expected![1]!.split("\n")[0]!);
  expect(totals).toMatchObject({ rulesApplied: expect.any(Number), rulesBroken: 0 });
  const without = train(request(stopped, { isResumed: true }), host);
  await expect(without).rejects.toThrow("was started with other options, topology, scenario or roles");
}, 120_000);
