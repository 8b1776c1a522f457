import type { LoadFlood, LoadSpec } from "../clusters/load/load-spec.ts";
import { startLoad } from "../clusters/load/start-load.ts";
import { toOutcome } from "../clusters/load/to-outcome.ts";
import type { LoadResult } from "../clusters/load/load-result.ts";
import type { Autoscaler, Decision } from "../control/loop/autoscaler.ts";
import type { Outcome } from "../control/loop/outcome.ts";
import type { EntryUrl, RunningCluster } from "../control/loop/running-cluster.ts";
import { combineSinks, createSizeChangeCounter } from "../control/loop/sinks.ts";
import type { Timing } from "../control/loop/timing.ts";
import type { Readings } from "../control/readings/readings.ts";
import { KarmaError } from "../core/errors.ts";
import { createRng } from "../core/rng.ts";
import { epochMs } from "../host/clock.ts";
import type { Update } from "../host/progress.ts";
import type { Topology } from "../system/topology/topology.ts";
import { connectionLifeMs } from "../system/workload/connection-life.ts";
import type { ArrivalProcess } from "../system/workload/scenario.ts";
import { drawArrivalTimesMs } from "../system/workload/arrival-times.ts";
import { isClusterFault } from "../system/workload/fault.ts";
import { drawFloodTimesMs, floodsOf } from "../system/workload/flood.ts";
import { type Workload, workloadLengthMs } from "../system/workload/workload.ts";
import { scaleCluster, whileThere } from "./scale-cluster.ts";

export type LiveRun = {
  readonly cluster: RunningCluster;
  readonly topology: Topology;
  readonly timing: Timing;
  readonly workload: Workload;
  /** How arrivals are spaced. */
  readonly process: ArrivalProcess;
  /** Undefined: nothing scales the cluster while the load runs. */
  readonly autoscaler?: Autoscaler;
  /** Scales by itself, as a real HPA does, in the autoscaler's place. */
  readonly controller?: Controller;
  /** `shadow` changes no size and injects no fault; the load is sent all the same. */
  readonly mode: "live" | "shadow";
  readonly seed: number;
  /** Load at the first rate before anything counts or scales, so that metrics and connections are in their stride, ms. */
  readonly warmUpMs?: number;
  readonly generator?: Generator;
  readonly onDecision?: (decision: Decision) => void;
  readonly onReadings?: (readings: Readings) => void;
};

/** What scales a cluster from within: it is let loose, and stopped. */
export type Controller = (onDecision?: (decision: Decision) => void) => Promise<{
  /** Size changes since it was let loose, of which each has another size than before. */
  decisions(): readonly unknown[];
  stop(): Promise<void>;
}>;

/** Who sends the load, in place of a process of this machine. */
export type Generator = {
  /** Until it is there, ms. */
  readonly leadMs: number;
  /** An entry's address as the generator sees it. */
  readonly urlOf: (entry: Pick<EntryUrl, "service" | "endpoint">) => string;
  send(spec: LoadSpec, signal: AbortSignal): Promise<LoadResult>;
};

export type LiveResult = { readonly outcome: Outcome; readonly load: LoadResult };

const REQUEST_TIMEOUT_MS = 10_000;
/** The generator starts in a process of its own; load, loop and faults begin together once it is there. */
const LEAD_MS = 800;

/** From a start until the load begins, ms. */
export function leadMsOf(generator: Generator | undefined): number {
  return generator?.leadMs ?? LEAD_MS;
}

/** Sends the workload to the cluster while the autoscaler scales it; every autoscaler meets the same schedule and faults. */
export function runLive(run: LiveRun, update: Update, signal: AbortSignal): Promise<LiveResult> {
  return whileThere(run.cluster, signal, (either) => play(run, update, either));
}

async function play(run: LiveRun, update: Update, signal: AbortSignal): Promise<LiveResult> {
  const injected: Injected = { isLasting: false };
  let result: LiveResult;
  try {
    result = await playParts(run, injected, update, signal);
  } catch (error) {
    // A cluster that is gone has no faults to end either: why it went is the failure.
    await endFaults(run, injected).catch((failure: unknown) => {
      throw bothFailures(error, failure);
    });
    throw error;
  }
  await endFaults(run, injected);
  return result;
}

/** What this run did to the cluster beside scaling it. */
type Injected = { isLasting: boolean };

/** A fault that was to last may outlive the run: the run was stopped, or ended before the fault did. */
async function endFaults({ cluster }: LiveRun, { isLasting }: Injected): Promise<void> {
  if (isLasting) await cluster.heal();
}

/** The first failure, and that its faults may still be there; a bug on either side stays a bug. */
function bothFailures(error: unknown, failure: unknown): unknown {
  if (!(error instanceof KarmaError)) return error;
  if (!(failure instanceof KarmaError)) return failure;
  const message = `${error.message}; the run's faults could not be ended: ${failure.message}`;
  return new KarmaError(error.code, message, `${error.hint}; karma cluster heal ends them`, { cause: error });
}

async function playParts(run: LiveRun, injected: Injected, update: Update, signal: AbortSignal): Promise<LiveResult> {
  const { cluster, workload } = run;
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const loadFromMs = cluster.clock.nowMs() + leadMsOf(run.generator);
  const startMs = loadFromMs + (run.warmUpMs ?? 0);
  const untilMs = startMs + workloadLengthMs(workload);
  const changes = createSizeChangeCounter();
  const sink = run.onDecision === undefined ? changes.sink : combineSinks(changes.sink, run.onDecision);
  const { autoscaler } = run;
  const scaling =
    autoscaler === undefined ? undefined : scaleCluster({ ...run, autoscaler, sink }, [startMs, untilMs], both);
  const controlling = letControl(run, [startMs, untilMs], both);
  const faults = injectFaults(run, injected, startMs, both);
  const podSeconds = podSecondsBetween(cluster, startMs, untilMs, both);
  const load = sendLoad(run, loadFromMs, update, both);
  try {
    // All at once, so that a failure of any part ends the others.
    const [sent, spent, controlled] = await Promise.all([load, podSeconds, controlling, scaling, faults]);
    // In shadow mode what was applied is what would have been.
    const sizeChanges = run.mode === "live" ? changes.count() + controlled : 0;
    return { load: sent, outcome: toOutcome(sent, spent, sizeChanges) };
  } finally {
    ended.abort();
    await Promise.allSettled([load, podSeconds, controlling, scaling, faults]);
  }
}

/** Returns how often a controller changed a size; whatever happens, it is stopped. */
async function letControl(
  { cluster, controller, onDecision }: LiveRun,
  [startMs, untilMs]: readonly [number, number],
  signal: AbortSignal,
): Promise<number> {
  if (controller === undefined) return 0;
  await cluster.clock.sleepUntil(startMs, signal);
  const controlled = await controller(onDecision);
  try {
    await cluster.clock.sleepUntil(untilMs, signal);
  } finally {
    await controlled.stop();
  }
  return controlled.decisions().length;
}

async function podSecondsBetween(
  cluster: RunningCluster,
  fromMs: number,
  untilMs: number,
  signal: AbortSignal,
): Promise<number> {
  await cluster.clock.sleepUntil(fromMs, signal);
  const before = await cluster.podSeconds();
  await cluster.clock.sleepUntil(untilMs, signal);
  return (await cluster.podSeconds()) - before;
}

async function sendLoad(run: LiveRun, loadFromMs: number, update: Update, signal: AbortSignal): Promise<LoadResult> {
  const rng = createRng(run.seed).split("arrivals");
  const warmUpMs = run.warmUpMs ?? 0;
  const startTimesMs = drawArrivalTimesMs(withWarmUp(run.workload, warmUpMs), run.process, rng);
  const lengthMs = workloadLengthMs(run.workload);
  const { clock } = run.cluster;
  const spec: LoadSpec = {
    entries: entriesFor(run).map(({ url, share }) => ({ url, share })),
    startTimesMs,
    floods: floodsFor(run, warmUpMs),
    timeoutMs: REQUEST_TIMEOUT_MS,
    objectiveMs: run.topology.objective.p95Ms,
    connectionLifeMs: connectionLifeMs / run.timing.timeScale,
    seed: run.seed,
    warmUpMs,
    startAtEpochMs: epochMs() + loadFromMs - clock.nowMs(),
  };
  if (run.generator !== undefined) return run.generator.send(spec, signal);
  return startLoad(spec, signal, ({ sent, violating }) => {
    const done = Math.min(1, (clock.nowMs() - loadFromMs) / (warmUpMs + lengthMs));
    update(done, `${sent} requests sent, ${violating} violating`);
  });
}

/** The entries, at the addresses that the generator sees. */
function entriesFor({ cluster, generator }: LiveRun): readonly EntryUrl[] {
  return cluster.entryUrls().map(({ service, endpoint, share, url }) => ({
    service,
    endpoint,
    share,
    url: generator?.urlOf({ service, endpoint }) ?? url,
  }));
}

/** What floods send, to the addresses of the cluster; it starts with the workload. */
function floodsFor(run: LiveRun, warmUpMs: number): readonly LoadFlood[] {
  const { workload, topology } = run;
  const urls = entriesFor(run);
  return floodsOf(workload, topology).map((flood) => ({
    startTimesMs: drawFloodTimesMs(flood, workload).map((startMs) => startMs + warmUpMs),
    entries: flood.entries.flatMap(({ service, endpoint, share }) =>
      urls.flatMap((entry) =>
        entry.service === service && entry.endpoint === endpoint ? [{ url: entry.url, share }] : [],
      ),
    ),
    seed: flood.seed,
  }));
}

/** The first rate for so long, then the workload. */
export function withWarmUp(workload: Workload, warmUpMs: number): Workload {
  const { ratePerS, stepMs } = workload;
  const steps = Math.round(warmUpMs / stepMs);
  const warmed = new Float64Array(steps + ratePerS.length).fill(ratePerS[0] ?? 0);
  warmed.set(ratePerS, steps);
  return { ...workload, ratePerS: warmed };
}

async function injectFaults(
  { cluster, workload, mode }: LiveRun,
  injected: Injected,
  startMs: number,
  signal: AbortSignal,
): Promise<void> {
  if (mode === "shadow") return;
  for (const fault of workload.faults.filter(isClusterFault).toSorted((a, b) => a.atMs - b.atMs)) {
    await cluster.clock.sleepUntil(startMs + fault.atMs, signal);
    if ("durationMs" in fault) injected.isLasting = true;
    await cluster.inject(fault);
  }
}
