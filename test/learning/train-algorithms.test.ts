import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Host } from "../../src/app/host.ts";
import { readInputs } from "../../src/app/inputs.ts";
import { train, type TrainRequest } from "../../src/app/train.ts";
import { packagePath } from "../../src/host/package-files.ts";
import { createFolder } from "../host/folder.ts";
import { hostIn } from "../app/evaluation/setup.ts";

const inputs = readInputs({ cwd: "/", topology: packagePath("topologies/karma-two-services.json") });

/** Two iterations. */
function request(runPath: string, more: Partial<TrainRequest>): TrainRequest {
  const base = { inputs, timeScale: 1, seed: 1, steps: 20_480, kappa: 40, backEnd: "wasm" as const };
  return { ...base, runPath, isResumed: false, ...more };
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

const kinds: readonly { readonly name: string; readonly options: Partial<TrainRequest> }[] = [
  { name: "MAPPO", options: { algorithm: "mappo" } },
  { name: "a team with a memory", options: { network: { memory: "gru" } } },
  {
    name: "MAPPO with other layers",
    options: { algorithm: "mappo", network: { activation: "silu", normalisation: "layer" } },
  },
];

test.each(kinds)(
  "$name gives the same bytes again where it was stopped, says so, and is no other training",
  async ({ options }) => {
    const cwd = createFolder();
    const host = hostIn(cwd);
    const [whole, stopped] = [join(cwd, "whole"), join(cwd, "stopped")];
    await train(request(whole, options), host);
    await expect(train(request(stopped, options), stopping(host))).rejects.toThrow("stopped");
    const { checkpoint } = await train(request(stopped, { ...options, isResumed: true }), host);
    const [expected, found] = [whole, stopped].map((run) =>
      ["checkpoint.json", "metrics.jsonl"].map((name) => readFileSync(join(run, name), "utf8")),
    );
    expect(found).toEqual(expected);
    expect(checkpoint.training.algorithm).toBe(options.algorithm ?? "ippo");
    expect(checkpoint.network.style).toEqual(options.network ?? {});
    await expect(train(request(stopped, { isResumed: true }), host)).rejects.toThrow("was started with other options");
  },
);
