import { sumOf } from "../core/statistics.ts";
import type { LoadResult } from "../clusters/load/load-result.ts";
import { type Autoscaler, type Decision, type DecisionSink, changesSize } from "../control/loop/autoscaler.ts";
import { type Outcome, outcomeOf } from "../control/loop/outcome.ts";
import type { PodTime, RunningCluster } from "../control/loop/running-cluster.ts";
import type { Readings } from "../control/readings/readings.ts";
import { KarmaError } from "../core/errors.ts";
import type { Update } from "../host/progress.ts";
import { isClusterFault } from "../system/workload/fault.ts";
import { workloadLengthMs } from "../system/workload/workload.ts";
import { type LiveLoad, leadMsOf, sendLoad } from "./live-load.ts";
import { scaleCluster, whileThere } from "./scale-cluster.ts";

export type LiveRun = LiveLoad & {
  /** Undefined: nothing scales the cluster while the load runs. */
  readonly autoscaler?: Autoscaler;
  /** Scales by itself, as a real HPA does, in the autoscaler's place. */
  readonly controller?: Controller;
  /** `shadow` changes no size and injects no fault; the load is sent all the same. */
  readonly mode: "live" | "shadow";
  readonly onDecision?: DecisionSink;
  readonly onReadings?: (readings: Readings) => void;
};

/** What scales a cluster from within: it is let loose, and stopped. */
export type Controller = (onDecision: DecisionSink) => Promise<{
  /** Size changes since it was let loose, of which each has another size than before. */
  decisions(): readonly Decision[];
  stop(): Promise<void>;
}>;

export type LiveResult = {
  readonly outcome: Outcome;
  readonly load: LoadResult;
  /** When the warm-up was over, ms of the cluster's clock. */
  readonly startMs: number;
  /** What was read every sync period; none where nothing scales. */
  readonly readings: readonly Readings[];
  /** Decisions that changed a size. */
  readonly changes: readonly Decision[];
  /** [services] */
  readonly servicePodSeconds: readonly number[];
  /** Each pod counted by its CPU limit / the declared one: [services] */
  readonly serviceSizedPodSeconds: readonly number[];
};

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
  const span = [startMs, startMs + workloadLengthMs(workload)] as const;
  const scaling = scale(run, span, both);
  const faults = injectFaults(run, injected, startMs, both);
  const podTime = podTimeBetween(cluster, span, both);
  const load = sendLoad(run, loadFromMs, update, both);
  try {
    // All at once, so that a failure of any part ends the others.
    const [sent, spent, scaled] = await Promise.all([load, podTime, scaling, faults]);
    // In shadow mode what was applied is what would have been.
    const changes = run.mode === "live" ? scaled.changes : [];
    const { podSeconds, sizedPodSeconds } = spent;
    const sums = { podSeconds: sumOf(podSeconds), sizedPodSeconds: sumOf(sizedPodSeconds) };
    const outcome = outcomeOf(sent, sums, changes.length);
    const each = { servicePodSeconds: podSeconds, serviceSizedPodSeconds: sizedPodSeconds };
    return { load: sent, outcome, startMs, readings: scaled.readings, changes, ...each };
  } finally {
    ended.abort();
    await Promise.allSettled([load, podTime, scaling, faults]);
  }
}

type Span = readonly [startMs: number, untilMs: number];
type Scaled = Pick<LiveResult, "readings" | "changes">;

/** Whoever scales does so for the span; what was read and changed is kept. */
async function scale(run: LiveRun, span: Span, signal: AbortSignal): Promise<Scaled> {
  const readings: Readings[] = [];
  const onReadings = (one: Readings): void => {
    readings.push(one);
    run.onReadings?.(one);
  };
  const { autoscaler, controller } = run;
  if (controller !== undefined)
    return { readings, changes: await letControl(run, controller, onReadings, span, signal) };
  if (autoscaler === undefined) return { readings, changes: [] };
  const changes: Decision[] = [];
  const sink: DecisionSink = (decision) => {
    if (changesSize(decision)) changes.push(decision);
    run.onDecision?.(decision);
  };
  await scaleCluster({ ...run, autoscaler, sink, onReadings }, span, signal);
  return { readings, changes };
}

/** Reads what it can and wants no change: our loop beside a controller of the cluster's own. */
const onlooker: Autoscaler = {
  name: "onlooker",
  decide: ({ desired }) => Array.from(desired, (replicas) => ({ replicas, reasons: [] })),
};

/** Returns what a controller changed; whatever happens, it is stopped. */
async function letControl(
  run: LiveRun,
  controller: Controller,
  onReadings: (readings: Readings) => void,
  span: Span,
  signal: AbortSignal,
): Promise<readonly Decision[]> {
  await run.cluster.clock.sleepUntil(span[0], signal);
  const controlled = await controller(run.onDecision ?? (() => {}));
  try {
    const looking = { ...run, autoscaler: onlooker, mode: "shadow", sink: () => {}, onReadings } as const;
    await scaleCluster(looking, span, signal);
  } finally {
    await controlled.stop();
  }
  return controlled.decisions();
}

async function podTimeBetween(cluster: RunningCluster, [fromMs, untilMs]: Span, signal: AbortSignal): Promise<PodTime> {
  await cluster.clock.sleepUntil(fromMs, signal);
  const before = await cluster.podTime();
  await cluster.clock.sleepUntil(untilMs, signal);
  const after = await cluster.podTime();
  const between = (name: keyof PodTime): number[] =>
    after[name].map((seconds, service) => seconds - before[name][service]!);
  return { podSeconds: between("podSeconds"), sizedPodSeconds: between("sizedPodSeconds") };
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
