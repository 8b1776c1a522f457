import { resolve } from "node:path";
import { meanLatencyMs } from "../clusters/load/load-result.ts";
import type { RunningCluster } from "../control/loop/running-cluster.ts";
import type { Outcome } from "../control/loop/outcome.ts";
import { epochMs } from "../host/clock.ts";
import { type LineFile, createLineFile } from "../host/line-file.ts";
import type { Update } from "../host/progress.ts";
import { cpuMsPerEntryRequest } from "../system/topology/bottleneck.ts";
import type { Topology } from "../system/topology/topology.ts";
import type { Workload } from "../system/workload/workload.ts";
import { RECORDING_FORMAT, type RecordingLine, encodeRecordingLine } from "../twin/calibrate/recording-file.ts";
import { breathing } from "./calibrate.ts";
import type { Host } from "./host.ts";
import type { Inputs } from "./inputs.ts";
import { generatorFor } from "./in-cluster-generator.ts";
import { type LiveResult, runLive } from "./live-run.ts";
import { leavingAs } from "./on-exit.ts";
import { requireRunningCluster } from "./running-cluster.ts";
import { scaleAlone } from "./scale-alone.ts";
import { whileThere } from "./scale-cluster.ts";
import { type Where, whereName } from "./where.ts";

export type RecordRequest = {
  readonly inputs: Inputs;
  readonly where: Where;
  /** File to write; one below recordings/ when undefined. */
  readonly out: string | undefined;
  /** Length, ms of the cluster's clock; until the signal when undefined. */
  readonly durationMs: number | undefined;
  /** Utilisations of the bottleneck at the present sizes to send a load at, one after another, twice; none = only look. */
  readonly loads: readonly number[];
  readonly seed: number;
};

export type RecordResult = {
  readonly path: string;
  readonly readings: number;
  readonly events: number;
  readonly outcome?: Outcome;
};

/** Looks so often within a scrape period, so that no sample is missed. */
export const LOOKS_PER_SCRAPE = 3;

/** Writes down what a running cluster shows, as it comes; with loads, under a load of its own and sizes that change. */
export async function record(request: RecordRequest, host: Host): Promise<RecordResult> {
  const { inputs, where } = request;
  const cluster = await requireRunningCluster(inputs, where);
  try {
    return await recordAlone(cluster, request, host);
  } finally {
    await cluster.close();
  }
}

/** With a load of its own it changes sizes too, and must be the only one that does. */
export function recordAlone(cluster: RunningCluster, request: RecordRequest, host: Host): Promise<RecordResult> {
  const { inputs, where, loads } = request;
  const work = (signal: AbortSignal): Promise<RecordResult> => recordToFile(cluster, request, { ...host, signal });
  if (loads.length === 0) return work(host.signal);
  return scaleAlone({ topology: inputs.topology, where, what: "karma record" }, host.signal, work);
}

async function recordToFile(cluster: RunningCluster, request: RecordRequest, host: Host): Promise<RecordResult> {
  const file = createLineFile(resolve(host.cwd, request.out ?? defaultName(cluster)));
  try {
    return await host.progress.step(`record ${cluster.name}`, (update) =>
      recordInto({ file, cluster, request, update }, host.signal),
    );
  } finally {
    file.close();
  }
}

function defaultName({ name }: RunningCluster): string {
  const at = new Date(epochMs()).toISOString().replaceAll(/[-:]|\.\d+Z/g, "");
  return `recordings/${name}-${at}.jsonl`;
}

type Parts = {
  readonly file: LineFile;
  readonly cluster: RunningCluster;
  readonly request: RecordRequest;
  readonly update: Update;
};

async function recordInto({ file, cluster, request, update }: Parts, signal: AbortSignal): Promise<RecordResult> {
  const { topology, timing } = cluster;
  const append = (line: RecordingLine): void => file.append(encodeRecordingLine(line));
  append({
    header: {
      format: RECORDING_FORMAT,
      topology: topology.name,
      services: topology.services.map(({ name, cpuMilli }) => ({ name, cpuMilli })),
      timing,
      on: whereName(request.where),
      ...(cluster.cpuQuota === undefined ? {} : { cpuQuota: cluster.cpuQuota }),
      startedAtEpochMs: epochMs(),
    },
  });
  // What happened before is not part of it.
  await cluster.events();
  const counts = { readings: 0, events: 0 };
  const look = async (): Promise<void> => {
    append({ readings: await cluster.observe() });
    counts.readings++;
    for (const event of await cluster.events()) {
      append({ event });
      counts.events++;
    }
  };
  const sent =
    request.loads.length === 0
      ? await onlyLook({ cluster, request, update }, look, signal)
      : await leavingAs("restore", cluster, undefined, () => lookUnderLoad({ cluster, request, update }, look, signal));
  if (sent === undefined) return { path: file.path, ...counts };
  const { outcome, load } = sent;
  append({ load: { ...outcome, meanMs: meanLatencyMs(load) } });
  return { path: file.path, ...counts, outcome };
}

/** Until the length is over; without one until the signal, which is then the way to end it and no failure. */
async function onlyLook(
  { cluster, request, update }: Omit<Parts, "file">,
  look: () => Promise<void>,
  signal: AbortSignal,
): Promise<undefined> {
  const { durationMs } = request;
  const startMs = cluster.clock.nowMs();
  const untilMs = startMs + (durationMs ?? Number.POSITIVE_INFINITY);
  const note = (): void =>
    update(durationMs === undefined ? undefined : (cluster.clock.nowMs() - startMs) / durationMs);
  try {
    await whileThere(cluster, signal, (either) => keepLooking(cluster, untilMs, look, note, either));
  } catch (error) {
    if (durationMs !== undefined || !signal.aborted || error !== signal.reason) throw error;
  }
}

/** Looks three times in each scrape period, until then. */
export async function keepLooking(
  { clock, timing }: RunningCluster,
  untilMs: number,
  look: () => Promise<void>,
  note: () => void,
  signal: AbortSignal,
): Promise<void> {
  const everyMs = timing.scrapePeriodMs / LOOKS_PER_SCRAPE;
  while (clock.nowMs() < untilMs) {
    await look();
    note();
    await clock.sleepUntil(Math.min(untilMs, clock.nowMs() + everyMs), signal);
  }
}

async function lookUnderLoad(
  { cluster, request, update }: Omit<Parts, "file">,
  look: () => Promise<void>,
  signal: AbortSignal,
): Promise<LiveResult> {
  const { topology, timing, clock } = cluster;
  const { inputs, loads, seed } = request;
  const lengthMs = request.durationMs ?? DEFAULT_LENGTH_MS / timing.timeScale;
  const { ready } = await cluster.observe();
  const workload = stepsOf(loads, lengthMs, ratePerSAt(topology, ready));
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const looking = keepLooking(cluster, Number.POSITIVE_INFINITY, look, () => {}, both);
  const sent = runLive(
    {
      cluster,
      topology: { ...topology, objective: inputs.topology.objective },
      timing: { ...timing, syncPeriodMs: timing.scrapePeriodMs / LOOKS_PER_SCRAPE },
      workload,
      process: "poisson",
      ...generatorFor(inputs, request.where),
      autoscaler: breathing(topology, clock.nowMs(), lengthMs),
      mode: "live",
      entryWork: "even",
      seed,
    },
    update,
    both,
  );
  try {
    // Looking never ends by itself: when it fails, so does the recording.
    const result = await Promise.race([sent, looking]);
    if (result === undefined) throw new Error("looking ended before the load");
    return result;
  } finally {
    ended.abort();
    await Promise.allSettled([sent, looking]);
  }
}

/** Each load in turn, twice. */
export function stepsOf(loads: readonly number[], lengthMs: number, fullPerS: number): Workload {
  return {
    ratePerS: Float64Array.from([...loads, ...loads], (load) => load * fullPerS),
    stepMs: lengthMs / (2 * loads.length),
    faults: [],
  };
}

/** 10 min of the scenario. */
const DEFAULT_LENGTH_MS = 600_000;

/** The entry rate at which the first service would be fully used at these sizes, requests per second. */
export function ratePerSAt(topology: Topology, replicas: Float64Array): number {
  const costMs = cpuMsPerEntryRequest(topology);
  return Math.min(
    ...topology.services.map(({ cpuMilli }, service) => (replicas[service]! * cpuMilli) / costMs[service]!),
  );
}
