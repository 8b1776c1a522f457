import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { measure } from "../src/app/calibrate.ts";
import { type Inputs, readInputs } from "../src/app/inputs.ts";
import { requireRunningCluster } from "../src/app/running-cluster.ts";
import { train } from "../src/app/train.ts";
import { parseWhere, type Where } from "../src/app/where.ts";
import type { Calibration } from "../src/twin/calibrate/calibration.ts";
import { interruptSignal } from "../src/host/interrupt.ts";
import { packagePath, readPackageFile } from "../src/host/package-files.ts";
import { createProgress } from "../src/host/progress.ts";

/**
 * A learned team against the real HPA on the same schedules, from nothing to nothing: cluster up, calibrate the twin on
 * it, train, evaluate live beside the twin, cluster down. `npm run live -- --minutes 2 --repeats 1` is a short one.
 */
const { values } = parseArgs({
  options: {
    on: { type: "string", default: "kind" },
    minutes: { type: "string", default: "20" },
    repeats: { type: "string", default: "3" },
    "time-scale": { type: "string", default: "1" },
    steps: { type: "string", default: "400000" },
    volume: { type: "string", default: "40" },
    /** Kubernetes' own on kind, the same rule in our loop on local processes. */
    against: { type: "string" },
    "node-image": { type: "string" },
    out: { type: "string", default: "runs/live" },
  },
});

/** CPU of the shipped chain times this, so that it fits two cores beside a control plane. */
const SCALE = 0.25;
const MOST_REPLICAS = 4;
/** As long as the demo calibrates, s of the scenario. */
const CALIBRATION_S = 400;
const TOPOLOGY = "topologies/chained-wide.json";

const where = parseWhere(values.on, ["kind", "local"]);
const minutes = atLeast("--minutes", values.minutes, 0.5);
const repeats = atLeast("--repeats", values.repeats, 1);
const timeScale = atLeast("--time-scale", values["time-scale"], 1);
const steps = atLeast("--steps", values.steps, 1);
const volumePerS = atLeast("--volume", values.volume, 1);
const folder = resolve(values.out);
const lengthS = Math.round(minutes * 60 * timeScale);
const host = { progress: createProgress("plain"), signal: interruptSignal(), cwd: folder };

function atLeast(option: string, text: string, least: number): number {
  const value = Number(text);
  if (value >= least) return value;
  throw new Error(`${option}: expected a number >= ${least}, found ${text}`);
}

type Endpoint = { readonly work_ms: { readonly mean: number } };
type Service = { readonly cpu: number; readonly endpoints: Readonly<Record<string, Endpoint>> };

/** The shipped chain, small; and a crowd and a killed pod in the middle of each play. */
function writeInputs(): void {
  const chain = JSON.parse(readPackageFile(TOPOLOGY)) as { readonly services: Readonly<Record<string, Service>> };
  const services = Object.entries(chain.services).map(([name, service]) => [name, small(service)] as const);
  const topology = { ...chain, name: "live", services: Object.fromEntries(services) };
  const crowd = { at_s: 0.25 * lengthS, factor: 2.3, ramp_s: 0.05 * lengthS, hold_s: 0.2 * lengthS };
  const scenario = {
    length_s: lengthS,
    arrivals: { process: "poisson", volume_per_s: volumePerS, flash_crowds: [{ ...crowd, decay_s: 0.1 * lengthS }] },
    faults: [{ kind: "kill-pod", service: "d", at_s: 0.75 * lengthS }],
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "topology.json"), `${JSON.stringify(topology, null, 2)}\n`);
  writeFileSync(join(folder, "scenario.json"), `${JSON.stringify(scenario, null, 2)}\n`);
}

function small({ cpu, endpoints, ...rest }: Service): object {
  const scaled = Object.entries(endpoints).map(([name, { work_ms: work, ...others }]) => [
    name,
    { ...others, work_ms: { ...work, mean: work.mean * SCALE } },
  ]);
  return { ...rest, cpu: cpu * SCALE, max_replicas: MOST_REPLICAS, endpoints: Object.fromEntries(scaled) };
}

/** What a user types; its progress and its result are shown as they come. */
async function karma(...args: readonly string[]): Promise<void> {
  await execa(process.execPath, [packagePath("bin/karma.js"), ...args], { cwd: folder, stdio: "inherit" });
}

async function calibrateOn(inputs: Inputs, on: Where): Promise<Calibration> {
  const cluster = await requireRunningCluster(inputs, on);
  try {
    const lengthMs = (Math.min(CALIBRATION_S, Math.max(60, lengthS / 2)) * 1_000) / timeScale;
    return (await measure({ cluster, volumePerS, lengthMs, seed: 1 }, host)).calibration;
  } finally {
    await cluster.close();
  }
}

async function play(): Promise<void> {
  const inputs = readInputs({ cwd: folder });
  const calibration = await calibrateOn(inputs, where);
  const runPath = join(folder, "runs", "live");
  await train(
    { inputs, calibration, timeScale, seed: 1, steps, kappa: 40, backEnd: "wasm", runPath, isResumed: false },
    host,
  );
  const against = values.against ?? (where.kind === "kind" ? "kubernetes-hpa:60" : "hpa:60");
  await karma("evaluate", "--on", where.kind, "--against", against, "--seeds", String(repeats), "--out", ".");
}

writeInputs();
const nodeImage = values["node-image"];
const kindOptions = ["--request-share", "0.05"].concat(nodeImage === undefined ? [] : ["--node-image", nodeImage]);
const upOptions = where.kind === "kind" ? kindOptions : [];
await karma("cluster", "up", "--on", where.kind, "--time-scale", String(timeScale), ...upOptions);
try {
  await play();
} finally {
  await karma("cluster", "down", "--on", where.kind);
}
console.log(`written: ${join(folder, "live.md")} and live.json`);
