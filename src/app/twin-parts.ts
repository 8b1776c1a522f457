import type { Autoscaler } from "../control/loop/autoscaler.ts";
import type { ClusterEvent } from "../control/loop/cluster.ts";
import type { CpuQuota } from "../control/loop/cpu-quota.ts";
import type { RunningCluster } from "../control/loop/running-cluster.ts";
import type { Readings } from "../control/readings/readings.ts";
import { createRng } from "../core/rng.ts";
import { sumOf } from "../core/statistics.ts";
import { type Shown, type TwinPart, playPart } from "../evaluate/twin-part.ts";
import type { Update } from "../host/progress.ts";
import type { Topology } from "../system/topology/topology.ts";
import { drawArrivalTimesMs } from "../system/workload/arrival-times.ts";
import { type Workload, workloadLengthMs } from "../system/workload/workload.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";
import { createTwinCluster } from "../twin/cluster/twin-cluster.ts";
import { createRequestTwinCluster } from "../twin/requests/request-cluster.ts";
import { asCalibrated, drawEntryWorkMs } from "./entry-work.ts";
import { type Generator, leadMsOf, withWarmUp } from "./live-load.ts";
import { runLive } from "./live-run.ts";
import { keepLooking } from "./record.ts";

/** One part of a comparison: the same on the cluster and on each twin. */
export type Part = {
  readonly topology: Topology;
  readonly workload: Workload;
  readonly warmUpMs: number;
  readonly seed: number;
  /** Ready replicas at the start: [services]. */
  readonly sizes: Float64Array;
  /** As in {@link RunningCluster}: of the request-level twin too. */
  readonly nodeCores?: number;
  readonly cpuQuota?: CpuQuota;
  /** A fresh one for each side; undefined: sizes stay. */
  readonly autoscaler?: () => Autoscaler;
  /** Who sends the load to the cluster; this machine when left out. */
  readonly generator?: Generator;
};

const LOOKS_PER_SCRAPE = 3;

export async function playOnCluster(
  cluster: RunningCluster,
  part: Part,
  update: Update,
  signal: AbortSignal,
): Promise<Shown> {
  const { clock } = cluster;
  const readings: Readings[] = [];
  const events: ClusterEvent[] = [];
  const takeEvents = async (): Promise<void> => void events.push(...(await cluster.events()));
  await cluster.events();
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const sent = runPart(cluster, part, (one) => void readings.push(one), update, both);
  const look = async (): Promise<void> => {
    // Under an autoscaler the loop's own readings count: those of its periods.
    if (part.autoscaler === undefined) readings.push(await cluster.observe());
    await takeEvents();
  };
  const looking = clock
    .sleepUntil(clock.nowMs() + part.warmUpMs + leadMsOf(part.generator), both)
    .then(() => keepLooking(cluster, Number.POSITIVE_INFINITY, look, () => {}, both));
  try {
    const result = await Promise.race([sent, looking]);
    if (result === undefined) throw new Error("looking ended before the load");
    await takeEvents();
    const { requests, violating, latency } = result.load;
    return { requests, violating, latency, readings, events };
  } finally {
    ended.abort();
    await Promise.allSettled([sent, looking]);
  }
}

/** Sends the load of a part and lets its autoscaler decide, where it has one. */
function runPart(
  cluster: RunningCluster,
  { autoscaler, ...run }: Part,
  onReadings: (readings: Readings) => void,
  update: Update,
  signal: AbortSignal,
): ReturnType<typeof runLive> {
  const scaled = autoscaler === undefined ? {} : { autoscaler: autoscaler(), onReadings };
  const { timing } = cluster;
  return runLive(
    { ...run, ...scaled, cluster, timing, process: "poisson", mode: "live", entryWork: "drawn" },
    update,
    signal,
  );
}

/** Of each twin, every one of its plays. */
export type TwinPlays = { readonly requests: readonly Shown[]; readonly fluid: readonly Shown[] };

/**
 * Where quotas begin and how connections fall is chance, on the fluid twin how many requests come too: a twin is the mean
 * over as many plays of its own.
 */
const PLAYS = { requests: 32, fluid: 24 } as const;

export async function playOnTwins(part: Part, calibration: Calibration): Promise<TwinPlays> {
  const play = playerOf(part, calibration);
  const requests: Shown[] = [];
  for (let index = 0; index < PLAYS.requests; index++) requests.push(await play("requests", index));
  const fluid: Shown[] = [];
  for (let index = 0; index < PLAYS.fluid; index++) fluid.push(await play("fluid", index));
  return { requests, fluid };
}

type PlayOnTwin = (twin: keyof TwinPlays, index: number) => Promise<Shown>;

function playerOf(part: Part, calibration: Calibration): PlayOnTwin {
  const { topology, warmUpMs, seed, sizes, nodeCores, cpuQuota } = part;
  const warmed = withWarmUp(part.workload, warmUpMs);
  const faults = part.workload.faults.map((fault) => Object.assign({}, fault, { atMs: fault.atMs + warmUpMs }));
  const workload: Workload = { ...warmed, faults };
  const startTimesMs = drawArrivalTimesMs(warmed, "poisson", createRng(seed).split("arrivals"));
  const workMs = drawEntryWorkMs(topology, startTimesMs.length, seed);
  const replayed = {
    startTimesMs,
    ...(nodeCores === undefined ? {} : { nodeCores }),
    ...(workMs === undefined ? {} : { entryWorkMs: asCalibrated(workMs, topology, calibration) }),
  };
  const quota = cpuQuota === undefined ? {} : { cpuQuota };
  const sent = asSent(workload, startTimesMs, warmUpMs);
  return (twin, index) => {
    const shared = { initialReplicas: sizes, rng: createRng(`twin ${seed}`).split(index), ...quota };
    const created =
      twin === "requests"
        ? createRequestTwinCluster(topology, calibration, { workload, ...shared, ...replayed })
        : createTwinCluster(topology, calibration, { workload: sent, ...shared });
    return playPart(lookedAt(part, calibration, created));
  };
}

function lookedAt(part: Part, calibration: Calibration, twin: ReturnType<typeof createTwinCluster>): TwinPart {
  const { topology, warmUpMs, autoscaler } = part;
  const { timing } = calibration;
  return {
    topology,
    cluster: twin.cluster,
    clock: twin.clock,
    counts: () => twin.counts(),
    latency: () => twin.outcome().latency,
    warmUpMs,
    untilMs: warmUpMs + workloadLengthMs(part.workload),
    lookEveryMs: timing.scrapePeriodMs / LOOKS_PER_SCRAPE,
    timing,
    ...(autoscaler === undefined ? {} : { autoscaler: autoscaler() }),
  };
}

/**
 * As many requests as the schedule holds, in the warm-up and in what counts: of a few hundred, chance makes several per
 * cent more or fewer. What comes when within each is left to the twin.
 */
function asSent(workload: Workload, startTimesMs: Float64Array, warmUpMs: number): Workload {
  const { ratePerS, stepMs } = workload;
  const warmUp = Math.round(warmUpMs / stepMs);
  const expectedOf = (rates: Float64Array): number => (sumOf(rates) * stepMs) / 1_000;
  const sentInWarmUp = startTimesMs.reduce((count, ms) => count + (ms < warmUpMs ? 1 : 0), 0);
  const factors = [
    sentInWarmUp / expectedOf(ratePerS.subarray(0, warmUp)),
    (startTimesMs.length - sentInWarmUp) / expectedOf(ratePerS.subarray(warmUp)),
  ] as const;
  return { ...workload, ratePerS: ratePerS.map((perS, step) => perS * (step < warmUp ? factors[0] : factors[1])) };
}
