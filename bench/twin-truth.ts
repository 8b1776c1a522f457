import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ExecaError, execa } from "execa";
import { settledAfterMs } from "../src/app/compared-parts.ts";
import type { CompareResult } from "../src/app/compare-twins.ts";
import type { CpuQuota } from "../src/control/loop/cpu-quota.ts";
import { kubernetesTiming, scaleTiming } from "../src/control/loop/timing.ts";
import { KarmaError } from "../src/core/errors.ts";
import { sumOf } from "../src/core/statistics.ts";
import { interruptSignal } from "../src/host/interrupt.ts";
import { packagePath } from "../src/host/package-files.ts";
import { onTruthCluster, truthWritten } from "./truth-cluster.ts";
import { readTruth, replay } from "./truth-replay.ts";
import { farBeyond, truthPage, writeTruth } from "./truth-report.ts";
import { type TruthScenario, truthScenarios } from "./twin-truth-scenarios.ts";

/**
 * How true both twins are, on running clusters: for each scenario cluster up, record at some loads, calibrate, play
 * others several times on the cluster and on both twins, cluster down. Alone on a quiet machine:
 *
 *   npm run truth                                    # local processes, 25 minutes
 *   npm run truth -- --on kind --repeats 3           # 30 minutes
 *   npm run truth -- --scenarios single,chain --minutes 20 --repeats 5 --loads .3,.5,.7,.85
 *
 * Or what such a run left behind, calibrated anew, beside the twins as they are now, without a cluster:
 *
 *   npm run truth -- --replay runs/truth-local --out runs/truth-today
 */
const { values } = parseArgs({
  options: {
    on: { type: "string", default: "local" },
    minutes: { type: "string" },
    scenarios: { type: "string" },
    /** In place of those of each scenario. */
    loads: { type: "string" },
    repeats: { type: "string", default: "5" },
    "time-scale": { type: "string", default: "10" },
    /** Of the recording that each scenario is calibrated from, s. */
    record: { type: "string", default: "75" },
    seed: { type: "string", default: "1" },
    "node-image": { type: "string" },
    /** Fail where the request-level twin is beyond so many times a bar. */
    most: { type: "string" },
    out: { type: "string" },
    /** Folder of an earlier run. */
    replay: { type: "string" },
    /** 1 or 2: how the kernel kept the limits in a run whose recordings do not say. */
    "quota-groups": { type: "string" },
  },
});

const ON = {
  local: { minutes: 25, cpuFactor: 1, upS: 8, renewS: 0, scenarios: "single,chain,fan-out,limit,pair", upOptions: [] },
  kind: {
    minutes: 30,
    cpuFactor: 0.6,
    upS: 80,
    renewS: 8,
    scenarios: "single,chain,pair",
    upOptions: ["--request-share", "0.05"],
  },
} as const;
/** Loads that the twins are calibrated at: others than they are tested at. */
const CALIBRATION_LOADS = [0.4, 0.65] as const;
const COVER = ".3,.55";
/** Flash crowd, crash, scale-up. */
const EVENTS = 3;
/** Until the generator is there and the sizes are those of the start, s. */
const LEAD_S = 2;
/** A shorter part holds a hundred requests, and says nothing. */
const SHORTEST_S = 10;

const on = values.on === "local" || values.on === "kind" ? values.on : fail(`--on: expected local or kind`);
const place = ON[on];
const minutes = positive("--minutes", values.minutes ?? String(place.minutes));
const repeats = positive("--repeats", values.repeats);
const timeScale = positive("--time-scale", values["time-scale"]);
const recordS = positive("--record", values.record);
const most = values.most === undefined ? undefined : positive("--most", values.most);
const folder = resolve(values.out ?? `runs/truth-${values.replay === undefined ? on : "replay"}`);
const measuring = values.replay === undefined ? onClusters() : fromFolder(resolve(values.replay));
const signal = interruptSignal();

function fail(why: string): never {
  console.error(why);
  process.exit(1);
}

function positive(option: string, text: string): number {
  const value = Number(text);
  return value > 0 ? value : fail(`${option}: expected a number > 0, found ${text}`);
}

/** What measures each scenario. */
type Measuring = ReadonlyMap<string, () => Promise<CompareResult>>;

function onClusters(): Measuring {
  const chosen = chooseScenarios();
  const lengthS = lengthOfParts(chosen);
  return new Map(chosen.map((one) => [one.name, () => play(one, lengthS)]));
}

function fromFolder(earlier: string): Measuring {
  const groups = values["quota-groups"];
  if (groups !== undefined && groups !== "1" && groups !== "2")
    fail(`--quota-groups: expected 1 or 2, found ${groups}`);
  const cpuQuota: CpuQuota | undefined = groups && { groups: groups === "1" ? 1 : 2 };
  if (earlier === folder) fail("--out: expected another folder than that of --replay");
  const measured = new Map(Object.entries(readTruth(earlier)));
  const names = values.scenarios?.split(",") ?? [...measured.keys()];
  return new Map(
    names.map((name) => {
      const one = measured.get(name) ?? fail(`--scenarios: expected some of ${[...measured.keys()].join(", ")}`);
      const places = { folder: join(earlier, name), out: join(folder, name) };
      return [name, () => replay(one, { ...places, cpuQuota, karma, cover: COVER })];
    }),
  );
}

function chooseScenarios(): readonly TruthScenario[] {
  const all = truthScenarios(place.cpuFactor);
  const loads = values.loads?.split(",").map((load) => positive("--loads", load));
  return (values.scenarios ?? place.scenarios).split(",").map((name) => {
    const found = all.find((one) => one.name === name);
    if (found === undefined)
      fail(`--scenarios: expected some of ${all.map((one) => one.name).join(", ")}, found ${name}`);
    return loads === undefined ? found : Object.assign({}, found, { loads });
  });
}

/** What is left of the time for each play, s. */
function lengthOfParts(chosen: readonly TruthScenario[]): number {
  const plays = repeats * sumOf(chosen.map(partsOf));
  const renewed = (repeats - 1) * sumOf(chosen.map((one) => partsOf(one) * one.replicas));
  const warmUpS = settledAfterMs(scaleTiming(kubernetesTiming, timeScale)) / 1_000;
  const fixedS = chosen.length * (place.upS + recordS) + plays * (LEAD_S + warmUpS) + renewed * place.renewS;
  const left = Math.floor((minutes * 60 - fixedS) / plays);
  console.error(`${chosen.map(({ name }) => name).join(", ")} on ${on}: ${plays} plays of ${left} s in ${minutes} min`);
  const leastMinutes = Math.ceil((fixedS + SHORTEST_S * plays) / 60);
  if (left < SHORTEST_S) fail(`expected --minutes ${leastMinutes} or more, or fewer --scenarios, --loads or --repeats`);
  return left;
}

function partsOf({ loads, hasEvents }: TruthScenario): number {
  return loads.length + (hasEvents ? EVENTS : 0);
}

/** What a user types; its progress is shown as it comes. */
async function karma(cwd: string, ...args: readonly string[]): Promise<string> {
  const env = { KARMA_STATE_DIR: process.env["KARMA_STATE_DIR"] ?? join(folder, "state") };
  const { stdout } = await execa(process.execPath, [packagePath("bin/karma.js"), ...args], {
    cwd,
    env,
    stderr: "inherit",
  });
  return stdout;
}

async function play({ name, topology, loads, hasEvents }: TruthScenario, lengthS: number): Promise<CompareResult> {
  const cwd = join(folder, name);
  mkdirSync(cwd, { recursive: true });
  writeFileSync(join(cwd, "topology.json"), `${JSON.stringify(topology, null, 2)}\n`);
  const where = ["--on", on] as const;
  const nodeImage = on === "kind" && values["node-image"] !== undefined ? ["--node-image", values["node-image"]] : [];
  const without = hasEvents ? [] : ["--no-hpa", "--no-crash", "--no-scale-up"];
  const recording = `recording-${Date.now()}.jsonl`;
  const cluster = {
    up: () =>
      karma(cwd, "cluster", "up", ...where, "--time-scale", String(timeScale), ...place.upOptions, ...nodeImage),
    down: () => karma(cwd, "cluster", "down", ...where),
    onLeft: (error: unknown): void => fault(`${name}: THE CLUSTER MAY STILL BE UP`, error),
  };
  return onTruthCluster(cluster, async () => {
    const loaded = ["--loads", CALIBRATION_LOADS.join(","), "--duration", `${recordS}s`];
    await karma(cwd, "record", ...where, "--out", recording, ...loaded);
    console.error(await karma(cwd, "calibrate", recording, "--cover", COVER));
    const played = ["--loads", loads.join(","), "--length", `${lengthS}s`, "--repeats", String(repeats)];
    const told = ["--calibration", "calibration.json", "--seed", values.seed, "--json"];
    return JSON.parse(await karma(cwd, "twin", ...where, ...played, ...told, ...without)) as CompareResult;
  });
}

/** Tells of a command that failed, or of files that do not do; the whole run counts as failed then. A bug ends it. */
function fault(what: string, error: unknown): void {
  if (error instanceof ExecaError) console.error(`${what}: ${error.shortMessage}\n${String(error.stdout)}`);
  else if (error instanceof KarmaError) console.error(`${what}: ${error.message}; ${error.hint}`);
  else throw error;
  process.exitCode = 2;
}

/** One that fails is no reason to lose the others; undefined then. */
async function tryToMeasure(name: string, measure: () => Promise<CompareResult>): Promise<CompareResult | undefined> {
  try {
    return await measure();
  } catch (error) {
    fault(`${name}: FAILED, NOT MEASURED`, error);
    return undefined;
  }
}

const results: Record<string, CompareResult> = {};
for (const [name, measure] of measuring) {
  if (signal.aborted) break;
  const result = await tryToMeasure(name, measure);
  if (result === undefined) continue;
  results[name] = result;
  console.log(`\n${truthPage(name, result)}\n`);
  const far = most === undefined ? [] : farBeyond(result.parts, most);
  if (far.length > 0) {
    console.error(`${name}: expected no more than ${most} times the bars, found\n${far.join("\n")}`);
    process.exitCode = 2;
  }
  writeTruth(folder, results);
}
console.log(truthWritten(folder, Object.keys(results).length, measuring.size));
