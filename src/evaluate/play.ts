import type { GuardRules } from "../control/guard/guard.ts";
import { type Autoscaler, type Decision, type DecisionSink, changesSize } from "../control/loop/autoscaler.ts";
import { guardBounds } from "../control/guard/bounds.ts";
import { runControlLoop } from "../control/loop/run-loop.ts";
import { combineSinks } from "../control/loop/sinks.ts";
import type { Rng } from "../core/rng.ts";
import type { Readings } from "../control/readings/readings.ts";
import type { Topology } from "../system/topology/topology.ts";
import { type Workload, workloadLengthMs } from "../system/workload/workload.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";
import { createRequestTwinCluster } from "../twin/requests/request-cluster.ts";
import { initialSizes } from "../control/need/initial-sizes.ts";
import { type TwinCluster, createTwinCluster } from "../twin/cluster/twin-cluster.ts";
import { createPeriodRecorder } from "./period.ts";
import type { Played, Timeline } from "./played.ts";
import { playedOf } from "./played-of.ts";
import { type PriceSheet, defaultPrices } from "./prices.ts";

/** `fluid` is fast, `requests` simulates every request. */
export const twinKinds = ["fluid", "requests"] as const;
export type TwinKind = (typeof twinKinds)[number];

/** One run of one autoscaler on the twin. */
export type Play = {
  readonly topology: Topology;
  readonly calibration: Calibration;
  readonly workload: Workload;
  readonly rules: GuardRules;
  readonly autoscaler: Autoscaler;
  /** Start-up times, metric noise. The same for every autoscaler that is compared. */
  readonly rng: Rng;
  /** The fluid twin when left out. */
  readonly twin?: TwinKind;
  readonly prices?: PriceSheet;
  /** How the twin differs from the calibration, which teams and rules know: capacity of replicas, start-up times. */
  readonly truth?: { readonly capacityFactor: Float64Array; readonly startupFactor: number };
  readonly onReadings?: (readings: Readings) => void;
  readonly onDecision?: DecisionSink;
  /** `shadow` decides and leaves the twin alone; live when left out. */
  readonly mode?: "live" | "shadow";
};

type TwinOfPlay = Pick<Play, "topology" | "calibration" | "workload" | "rng" | "truth" | "twin"> & {
  /** Ready replicas at the start: [services]; those of the first rate when left out. */
  readonly initialReplicas?: Float64Array;
};

export type PlayRecord = { readonly played: Played; readonly timeline: Timeline };

/** Runs the unchanged control loop on the twin in simulated time. */
export async function playOnTwin(play: Play): Promise<Played> {
  return (await recordPlay(play)).played;
}

/** As {@link playOnTwin}, and tells what happened in every period. */
export async function recordPlay(play: Play): Promise<PlayRecord> {
  const { topology, calibration, workload } = play;
  const twin = twinOf(play);
  const services = topology.services.map(({ name }) => name);
  const recorder = createPeriodRecorder();
  const changes: Decision[] = [];
  const noteChange: DecisionSink = (decision) => {
    if (changesSize(decision)) changes.push(decision);
  };
  const lengthMs = workloadLengthMs(workload);
  const mode = play.mode ?? "live";
  await runControlLoop({
    cluster: twin.cluster,
    clock: twin.clock,
    autoscaler: play.autoscaler,
    rules: play.rules,
    bounds: guardBounds(topology),
    services,
    timing: calibration.timing,
    untilMs: lengthMs,
    mode,
    onReadings: (readings) => {
      recorder.add(readings, twin.counts());
      play.onReadings?.(readings);
    },
    sink: play.onDecision === undefined ? noteChange : combineSinks(noteChange, play.onDecision),
  });
  await twin.clock.sleepUntil(lengthMs);
  const timeline: Timeline = {
    services,
    periods: recorder.periods,
    // In shadow mode what was applied is what would have been.
    changes: mode === "live" ? changes : [],
  };
  const { timeScale } = calibration.timing;
  const prices = play.prices ?? defaultPrices;
  return { played: playedOf(twin.outcome(), timeline, { topology, workload, timeScale, prices }), timeline };
}

/** The twin of a play, with nobody on it yet. */
export function twinOf(play: TwinOfPlay): TwinCluster {
  const { topology, calibration, workload, rng, truth, twin = "fluid" } = play;
  const initialReplicas = play.initialReplicas ?? initialSizes(topology, workload.ratePerS[0] ?? 0);
  const options = { workload, rng, ...truth, initialReplicas };
  return twin === "fluid"
    ? createTwinCluster(topology, calibration, options)
    : createRequestTwinCluster(topology, calibration, options);
}
