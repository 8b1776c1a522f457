import { guardBounds } from "../control/guard/bounds.ts";
import { guardRulesFor } from "../control/guard/rules.ts";
import type { Autoscaler, DecisionSink } from "../control/loop/autoscaler.ts";
import { type LoopResult, runControlLoop } from "../control/loop/run-loop.ts";
import type { RunningCluster } from "../control/loop/running-cluster.ts";
import type { Timing } from "../control/loop/timing.ts";
import type { Readings } from "../control/readings/readings.ts";
import type { Topology } from "../system/topology/topology.ts";

/** An autoscaler on a cluster with real requests. */
export type Scaling = {
  readonly cluster: RunningCluster;
  readonly topology: Topology;
  readonly timing: Timing;
  readonly autoscaler: Autoscaler;
  readonly mode: "live" | "shadow";
  readonly sink: DecisionSink;
  readonly onReadings?: ((readings: Readings) => void) | undefined;
};

/** A minute of Kubernetes' periods; for a cluster that can't say itself whether it is gone. */
const LOST_AFTER_PERIODS = 4;
const ASK_EVERY_MS = 500;

/** The control loop between two moments of the cluster's clock. */
export async function scaleCluster(
  { cluster, topology, timing, autoscaler, mode, sink, onReadings }: Scaling,
  [startMs, untilMs]: readonly [number, number],
  signal: AbortSignal,
): Promise<LoopResult> {
  await cluster.clock.sleepUntil(startMs, signal);
  return runControlLoop({
    cluster,
    autoscaler,
    clock: cluster.clock,
    rules: guardRulesFor(timing),
    bounds: guardBounds(topology),
    services: topology.services.map(({ name }) => name),
    timing,
    untilMs,
    mode,
    sink,
    signal,
    ...(cluster.whyLost === undefined ? { lostAfterPeriods: LOST_AFTER_PERIODS } : {}),
    ...(onReadings === undefined ? {} : { onReadings }),
  });
}

/** Does the work while the cluster is there: when it is gone for good the work is aborted, and fails with the reason. */
export async function whileThere<T>(
  cluster: RunningCluster,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const working = work(either);
  const watching = watchForLoss(cluster, either);
  try {
    return await Promise.race([working, watching]);
  } finally {
    over.abort();
    await Promise.allSettled([working, watching]);
  }
}

/** Never resolves: rejects when the cluster is gone, or with the signal. */
async function watchForLoss(cluster: RunningCluster, signal: AbortSignal): Promise<never> {
  const { clock } = cluster;
  for (;;) {
    await clock.sleepUntil(clock.nowMs() + ASK_EVERY_MS, signal);
    const lost = await cluster.whyLost?.();
    if (lost !== undefined) throw lost;
  }
}
