import type { Autoscaler } from "../control/loop/autoscaler.ts";
import type { ClusterEvent } from "../control/loop/cluster.ts";
import type { RunningCluster } from "../control/loop/running-cluster.ts";
import type { Readings } from "../control/readings/readings.ts";
import { type Rng, createRng } from "../core/rng.ts";
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
  const { timing, clock } = cluster;
  const readings: Readings[] = [];
  const events: ClusterEvent[] = [];
  const takeEvents = async (): Promise<void> => void events.push(...(await cluster.events()));
  await cluster.events();
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const { autoscaler, ...run } = part;
  const sent = runLive(
    {
      ...run,
      cluster,
      timing,
      process: "poisson",
      mode: "live",
      isWorkPrescribed: true,
      ...(autoscaler === undefined ? {} : { autoscaler: autoscaler(), onReadings: (one) => void readings.push(one) }),
    },
    update,
    both,
  );
  const look = async (): Promise<void> => {
    // Under an autoscaler the loop's own readings count: those of its periods.
    if (autoscaler === undefined) readings.push(await cluster.observe());
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

/** Of each twin, every one of its plays. */
export type TwinPlays = { readonly requests: readonly Shown[]; readonly fluid: readonly Shown[] };

/** Where quotas begin and how connections fall is chance: a twin is the mean over as many of its own. */
const TWIN_PLAYS = 8;

export async function playOnTwins(part: Part, calibration: Calibration): Promise<TwinPlays> {
  const requests: Shown[] = [];
  const fluid: Shown[] = [];
  for (let play = 0; play < TWIN_PLAYS; play++) {
    const shown = await playOnce(part, calibration, createRng(`twin ${part.seed}`).split(play));
    requests.push(shown.requests);
    fluid.push(shown.fluid);
  }
  return { requests, fluid };
}

async function playOnce(
  part: Part,
  calibration: Calibration,
  rng: Rng,
): Promise<{ readonly requests: Shown; readonly fluid: Shown }> {
  const { topology, warmUpMs, seed, sizes, autoscaler } = part;
  const warmed = withWarmUp(part.workload, warmUpMs);
  const faults = part.workload.faults.map((fault) => Object.assign({}, fault, { atMs: fault.atMs + warmUpMs }));
  const workload: Workload = { ...warmed, faults };
  const shared = { workload, initialReplicas: sizes, rng };
  const startTimesMs = drawArrivalTimesMs(warmed, "poisson", createRng(seed).split("arrivals"));
  const workMs = drawEntryWorkMs(topology, startTimesMs.length, seed);
  const replayed = {
    startTimesMs,
    ...(workMs === undefined ? {} : { entryWorkMs: asCalibrated(workMs, topology, calibration) }),
  };
  const play = async (twin: ReturnType<typeof createTwinCluster>): Promise<Shown> => {
    const { timing } = calibration;
    const looked: TwinPart = {
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
    return playPart(looked);
  };
  return {
    requests: await play(createRequestTwinCluster(topology, calibration, { ...shared, ...replayed })),
    fluid: await play(
      createTwinCluster(topology, calibration, { ...shared, workload: asSent(workload, startTimesMs, warmUpMs) }),
    ),
  };
}

/** As many requests as the schedule counts: of a few hundred, chance makes several per cent more or fewer. */
function asSent(workload: Workload, startTimesMs: Float64Array, warmUpMs: number): Workload {
  const { ratePerS, stepMs } = workload;
  const expected = (sumOf(ratePerS.subarray(Math.round(warmUpMs / stepMs))) * stepMs) / 1_000;
  const sent = startTimesMs.reduce((count, ms) => count + (ms >= warmUpMs ? 1 : 0), 0);
  return { ...workload, ratePerS: ratePerS.map((perS) => (perS * sent) / expected) };
}
