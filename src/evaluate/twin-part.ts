import { meanOfKnown } from "../core/statistics.ts";
import { guardBounds } from "../control/guard/bounds.ts";
import { guardRulesFor } from "../control/guard/rules.ts";
import type { Autoscaler } from "../control/loop/autoscaler.ts";
import type { Cluster, ClusterEvent } from "../control/loop/cluster.ts";
import { runControlLoop } from "../control/loop/run-loop.ts";
import type { Readings } from "../control/readings/readings.ts";
import type { Clock } from "../core/clock.ts";
import { type Histogram, quantileOf } from "../core/histogram.ts";
import type { Topology } from "../system/topology/topology.ts";
import { latencyDistance } from "../twin/calibrate/distance.ts";
import { meanCpu } from "../twin/calibrate/recording.ts";

/** What one side showed over one part of a comparison: a cluster, or a twin of it. */
export type Shown = {
  /** Requests that were answered well, and those that were not in time, or not at all. */
  readonly requests: number;
  readonly violating: number;
  readonly latency: Histogram;
  /** In the order they came; more often than samples change. */
  readonly readings: readonly Readings[];
  readonly events: readonly ClusterEvent[];
};

/** One side of one part, in figures. Columns are [services]. */
export type PartFigures = {
  readonly requests: number;
  readonly violating: number;
  readonly servedPerS: readonly number[];
  readonly cpu: readonly number[];
  /** Requests inside, in work or waiting. */
  readonly inside: readonly number[];
  readonly ready: readonly number[];
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** From a crash to the crashed replica being ready again, ms; undefined where none crashed and came back. */
  readonly recoveryMs?: number;
};

export function figuresOf(shown: Shown, services: readonly string[]): PartFigures {
  const { readings, latency, events } = shown;
  const mean = (column: "servedPerS" | "queued" | "ready"): number[] =>
    services.map((_, service) => meanOfKnown(readings.map((one) => one[column][service]!)));
  const recoveryMs = recoveryOf(events);
  return {
    requests: shown.requests,
    violating: shown.violating,
    servedPerS: mean("servedPerS"),
    cpu: meanCpu({ services, readings, events }),
    inside: mean("queued"),
    ready: mean("ready"),
    p50Ms: quantileOf(latency, 0.5),
    p95Ms: quantileOf(latency, 0.95),
    p99Ms: quantileOf(latency, 0.99),
    ...(recoveryMs === undefined ? {} : { recoveryMs }),
  };
}

function recoveryOf(events: readonly ClusterEvent[]): number | undefined {
  const crashed = events.find(({ kind }) => kind === "crashed");
  if (crashed === undefined) return undefined;
  const back = events.find(({ kind, pod, atMs }) => kind === "ready" && pod === crashed.pod && atMs >= crashed.atMs);
  return back === undefined ? undefined : back.atMs - crashed.atMs;
}

/** How far a twin was off a cluster. Relative errors are twin / cluster - 1. */
export type PartGap = {
  readonly requests: number;
  /** Largest difference of a service's CPU, of the limit. */
  readonly cpu: number;
  /** Largest relative error of a service's throughput. */
  readonly throughput: number;
  /** Largest difference of a service's requests inside. */
  readonly inside: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Kolmogorov-Smirnov distance of the latencies at the entry. */
  readonly distance: number;
  /** Largest difference of a service's mean ready replicas. */
  readonly ready: number;
  readonly recoveryMs?: number;
};

export function gapOf(twin: PartFigures, cluster: PartFigures, latencies: readonly [Histogram, Histogram]): PartGap {
  const largest = (column: "cpu" | "inside" | "ready"): number =>
    Math.max(...cluster[column].map((one, service) => Math.abs(twin[column][service]! - one)));
  const relative = cluster.servedPerS.map((one, service) => Math.abs(twin.servedPerS[service]! / one - 1));
  const recoveries = [twin.recoveryMs, cluster.recoveryMs] as const;
  const isBack = recoveries[0] !== undefined && recoveries[1] !== undefined;
  return {
    requests: twin.requests / cluster.requests - 1,
    cpu: largest("cpu"),
    throughput: Math.max(...relative),
    inside: largest("inside"),
    p50: twin.p50Ms / cluster.p50Ms - 1,
    p95: twin.p95Ms / cluster.p95Ms - 1,
    p99: twin.p99Ms / cluster.p99Ms - 1,
    distance: latencyDistance(...latencies),
    ready: largest("ready"),
    ...(isBack ? { recoveryMs: recoveries[0] - recoveries[1] } : {}),
  };
}

/** One part on a twin in simulated time, looked at as a running cluster is. */
export type TwinPart = {
  readonly topology: Topology;
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly counts: () => { readonly requests: number; readonly violating: number };
  readonly latency: () => Histogram;
  /** Before it nothing counts, ms. */
  readonly warmUpMs: number;
  readonly untilMs: number;
  readonly lookEveryMs: number;
  readonly timing: { readonly syncPeriodMs: number; readonly timeScale: number };
  readonly autoscaler?: Autoscaler;
};

export async function playPart(part: TwinPart): Promise<Shown> {
  const { clock, cluster, warmUpMs, autoscaler } = part;
  await clock.sleepUntil(warmUpMs);
  await cluster.events();
  const before = part.counts();
  const started = part.latency().counts.slice();
  const readings: Readings[] = [];
  const events: ClusterEvent[] = [];
  const takeEvents = async (): Promise<void> => void events.push(...(await cluster.events()));
  const look = async (): Promise<void> => {
    readings.push(await cluster.observe());
    await takeEvents();
  };
  if (autoscaler === undefined) await lookUntilEnd(part, look);
  else await scale(part, autoscaler, (one) => void readings.push(structuredClone(one)));
  // No look at the end: a running cluster gets none either, and one more in the last sizes would shift every mean.
  await takeEvents();
  const after = part.counts();
  return {
    requests: after.requests - before.requests,
    violating: after.violating - before.violating,
    latency: { counts: part.latency().counts.map((count, bucket) => count - started[bucket]!) },
    readings,
    events,
  };
}

async function lookUntilEnd({ clock, untilMs, lookEveryMs }: TwinPart, look: () => Promise<void>): Promise<void> {
  while (clock.nowMs() < untilMs) {
    await look();
    await clock.sleepUntil(Math.min(untilMs, clock.nowMs() + lookEveryMs));
  }
}

async function scale(part: TwinPart, autoscaler: Autoscaler, onReadings: (readings: Readings) => void): Promise<void> {
  const { topology, timing } = part;
  await runControlLoop({
    ...part,
    autoscaler,
    rules: guardRulesFor(timing),
    bounds: guardBounds(topology),
    services: topology.services.map(({ name }) => name),
    sink: () => {},
    mode: "live",
    onReadings,
  });
}
