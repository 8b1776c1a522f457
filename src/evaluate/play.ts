import type { GuardRules } from "../control/guard/guard.ts";
import type { Autoscaler, DecisionSink } from "../control/loop/autoscaler.ts";
import type { Outcome } from "../control/loop/outcome.ts";
import { guardBounds } from "../control/guard/bounds.ts";
import { runControlLoop } from "../control/loop/run-loop.ts";
import { combineSinks, createSizeChangeCounter } from "../control/loop/sinks.ts";
import type { Rng } from "../core/rng.ts";
import type { Readings } from "../control/readings/readings.ts";
import { quantileOf } from "../core/histogram.ts";
import type { Topology } from "../system/topology/topology.ts";
import { type Workload, workloadLengthMs } from "../system/workload/workload.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";
import { initialSizes } from "./initial-sizes.ts";
import { createTwinCluster } from "../twin/cluster/twin-cluster.ts";

/** One run of one autoscaler on the twin. */
export type Play = {
  readonly topology: Topology;
  readonly calibration: Calibration;
  readonly workload: Workload;
  readonly rules: GuardRules;
  readonly autoscaler: Autoscaler;
  /** Start-up times, metric noise. The same for every autoscaler that is compared. */
  readonly rng: Rng;
  readonly onReadings?: (readings: Readings) => void;
  readonly onDecision?: DecisionSink;
  /** `shadow` decides and leaves the twin alone; live when left out. */
  readonly mode?: "live" | "shadow";
};

/** Runs the unchanged control loop on the twin in simulated time. */
export async function playOnTwin(play: Play): Promise<Outcome> {
  const { topology, calibration, workload, rng } = play;
  const twin = createTwinCluster(topology, calibration, {
    workload,
    rng,
    initialReplicas: initialSizes(topology, workload.ratePerS[0] ?? 0),
  });
  const changes = createSizeChangeCounter();
  const mode = play.mode ?? "live";
  await runControlLoop({
    cluster: twin.cluster,
    clock: twin.clock,
    autoscaler: play.autoscaler,
    rules: play.rules,
    bounds: guardBounds(topology),
    services: topology.services.map(({ name }) => name),
    timing: calibration.timing,
    untilMs: workloadLengthMs(workload),
    mode,
    ...(play.onReadings === undefined ? {} : { onReadings: play.onReadings }),
    sink: play.onDecision === undefined ? changes.sink : combineSinks(changes.sink, play.onDecision),
  });
  await twin.clock.sleepUntil(workloadLengthMs(workload));
  const { requests, violating, latency, podSeconds } = twin.outcome();
  return {
    requests,
    violating,
    p50Ms: quantileOf(latency, 0.5),
    p95Ms: quantileOf(latency, 0.95),
    p99Ms: quantileOf(latency, 0.99),
    podSeconds,
    // In shadow mode what was applied is what would have been.
    sizeChanges: mode === "live" ? changes.count() : 0,
  };
}
