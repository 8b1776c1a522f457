import { meanLatencyMs } from "../clusters/load/load-result.ts";
import type { Autoscaler } from "../control/loop/autoscaler.ts";
import type { RunningCluster } from "../control/loop/running-cluster.ts";
import type { Readings } from "../control/readings/readings.ts";
import { createRng } from "../core/rng.ts";
import type { Topology } from "../system/topology/topology.ts";
import type { Workload } from "../system/workload/workload.ts";
import { calibrate, type CalibrationReport } from "../twin/calibrate/calibrate.ts";
import type { Calibration } from "../twin/calibrate/calibration.ts";
import type { Host } from "./host.ts";
import { runLive } from "./live-run.ts";

export type MeasureRequest = {
  readonly cluster: RunningCluster;
  /** Arrivals around which to measure, requests per second. */
  readonly volumePerS: number;
  /** Length of the load, ms of the cluster's clock. */
  readonly lengthMs: number;
  readonly seed: number;
};

export type Measured = { readonly calibration: Calibration; readonly report: CalibrationReport };

/** Replicas that come and go. */
const EXTRA = 2;
/** Loads of the steps, as shares of the volume: what a replica costs shows only when its load changes. */
const LEVELS: readonly number[] = [0.5, 1, 0.75, 1.25];

/** Loads the running cluster for a short while, lets replicas come and go, and fits the twin to what was seen. */
export async function measure(request: MeasureRequest, host: Host): Promise<Measured> {
  const { cluster } = request;
  const { topology, timing } = cluster;
  const readings: Readings[] = [];
  // The first pods all started at once, which slows each of them: those start-ups are not what scaling meets.
  await cluster.events();
  const { load } = await host.progress.step("calibrate the twin with a short load", (update) =>
    runLive(
      {
        cluster,
        topology,
        timing: { ...timing, syncPeriodMs: timing.scrapePeriodMs / 3 },
        workload: stairs(request),
        process: "poisson",
        autoscaler: breathing(topology, cluster.clock.nowMs(), request.lengthMs),
        mode: "live",
        entryWork: "even",
        seed: request.seed,
        onReadings: (one) => readings.push(structuredClone(one)),
      },
      update,
      host.signal,
    ),
  );
  const events = await cluster.events();
  const services = topology.services.map(({ name }) => name);
  const users = { requests: load.requests, meanMs: meanLatencyMs(load) };
  return calibrate({ services, readings, events, users }, topology, timing);
}

function stairs({ volumePerS, lengthMs, seed }: MeasureRequest): Workload {
  const rng = createRng(`stairs ${seed}`);
  const stepMs = lengthMs / (LEVELS.length * 2);
  const ratePerS = Float64Array.from([...LEVELS, ...LEVELS], (level) => volumePerS * level * rng.between(0.9, 1.1));
  return { ratePerS, stepMs, faults: [] };
}

/** Sizes that stand still while demands are measured, and then go up and down twice, so that start-ups are seen. */
export function breathing(topology: Topology, startMs: number, lengthMs: number): Autoscaler {
  let base: readonly number[] | undefined;
  return {
    name: "calibration",
    decide(readings) {
      base ??= [...readings.desired];
      return topology.services.map((_, index) => {
        // One service after another: a machine that starts many processes at once starts each of them slower.
        const progress = (readings.atMs - startMs) / lengthMs - (0.1 * index) / topology.services.length;
        const isUp = (progress > 0.66 && progress < 0.77) || progress > 0.8;
        return { replicas: base![index]! + (isUp ? EXTRA : 0), reasons: ["calibration"] };
      });
    },
  };
}
