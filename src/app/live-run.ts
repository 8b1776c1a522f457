import { startLoad } from "../clusters/load/start-load.ts";
import { toOutcome } from "../clusters/load/to-outcome.ts";
import type { LoadResult } from "../clusters/load/load-result.ts";
import type { LocalClusterClient } from "../clusters/local/client.ts";
import { guardBounds } from "../control/guard/bounds.ts";
import { guardRulesFor } from "../control/guard/rules.ts";
import type { Autoscaler, Decision } from "../control/loop/autoscaler.ts";
import type { Outcome } from "../control/loop/outcome.ts";
import { runControlLoop } from "../control/loop/run-loop.ts";
import type { Timing } from "../control/loop/timing.ts";
import type { Readings } from "../control/readings/readings.ts";
import { createRng } from "../core/rng.ts";
import { epochMs } from "../host/clock.ts";
import type { Update } from "../host/progress.ts";
import type { Topology } from "../system/topology/topology.ts";
import { drawArrivalTimesMs } from "../system/workload/arrival-times.ts";
import { type Workload, workloadLengthMs } from "../system/workload/workload.ts";

export type LiveRun = {
  readonly cluster: LocalClusterClient;
  readonly topology: Topology;
  readonly timing: Timing;
  readonly workload: Workload;
  /** Undefined: nothing scales the cluster while the load runs. */
  readonly autoscaler?: Autoscaler;
  readonly mode: "live" | "shadow";
  readonly seed: number;
  readonly onDecision?: (decision: Decision) => void;
  readonly onReadings?: (readings: Readings) => void;
};

export type LiveResult = { readonly outcome: Outcome; readonly load: LoadResult };

const REQUEST_TIMEOUT_MS = 10_000;
/** How long clients keep a connection, ms of the scenario: replicas that are new get traffic by then. */
const CONNECTION_LIFE_MS = 10_000;
/** The generator starts in a process of its own; load, loop and faults begin together once it is there. */
const LEAD_MS = 800;

/** Sends the workload to the cluster while the autoscaler scales it; every autoscaler meets the same schedule and faults. */
export async function runLive(run: LiveRun, update: Update, signal: AbortSignal): Promise<LiveResult> {
  const { cluster, workload } = run;
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const startMs = cluster.clock.nowMs() + LEAD_MS;
  const untilMs = startMs + workloadLengthMs(workload);
  const before = await cluster.status();
  let sizeChanges = 0;
  const scaling = scale(run, startMs, untilMs, both, (decision) => {
    if (decision.applied !== decision.from) sizeChanges++;
    run.onDecision?.(decision);
  });
  const faults = injectFaults(run, startMs, both);
  try {
    const load = await sendLoad(run, startMs, update, both);
    await Promise.all([scaling, faults]);
    const after = await cluster.status();
    return { load, outcome: toOutcome(load, after.podSeconds - before.podSeconds, sizeChanges) };
  } finally {
    ended.abort();
    await Promise.allSettled([scaling, faults]);
  }
}

async function sendLoad(run: LiveRun, startMs: number, update: Update, signal: AbortSignal): Promise<LoadResult> {
  const rng = createRng(run.seed).split("arrivals");
  const startTimesMs = drawArrivalTimesMs(run.workload, "poisson", rng);
  const lengthMs = workloadLengthMs(run.workload);
  const { clock } = run.cluster;
  return startLoad(
    {
      entries: run.cluster.entryUrls().map(({ url, share }) => ({ url, share })),
      startTimesMs,
      timeoutMs: REQUEST_TIMEOUT_MS,
      objectiveMs: run.topology.objective.p95Ms,
      connectionLifeMs: CONNECTION_LIFE_MS / run.timing.timeScale,
      seed: run.seed,
      startAtEpochMs: epochMs() + startMs - clock.nowMs(),
    },
    signal,
    ({ sent, violating }) => {
      const done = Math.min(1, (clock.nowMs() - startMs) / lengthMs);
      update(done, `${sent} requests sent, ${violating} violating`);
    },
  );
}

async function scale(
  run: LiveRun,
  startMs: number,
  untilMs: number,
  signal: AbortSignal,
  sink: (decision: Decision) => void,
): Promise<void> {
  const { cluster, topology, timing, autoscaler } = run;
  if (autoscaler === undefined) return;
  await cluster.clock.sleepUntil(startMs, signal);
  await runControlLoop({
    cluster,
    autoscaler,
    clock: cluster.clock,
    rules: guardRulesFor(timing),
    bounds: guardBounds(topology),
    services: topology.services.map(({ name }) => name),
    timing,
    untilMs,
    mode: run.mode,
    sink,
    signal,
    ...(run.onReadings === undefined ? {} : { onReadings: run.onReadings }),
  });
}

async function injectFaults({ cluster, workload }: LiveRun, startMs: number, signal: AbortSignal): Promise<void> {
  for (const fault of workload.faults.toSorted((a, b) => a.atMs - b.atMs)) {
    await cluster.clock.sleepUntil(startMs + fault.atMs, signal);
    await cluster.inject(fault);
  }
}
