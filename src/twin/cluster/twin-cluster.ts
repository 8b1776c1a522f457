import { sumOf } from "../../core/statistics.ts";
import { checkReplicas, requireServiceIndex } from "../../control/loop/check-request.ts";
import type { Cluster } from "../../control/loop/cluster.ts";
import type { CpuQuota } from "../../control/loop/cpu-quota.ts";
import { type Readings, entrySignals, serviceSignals } from "../../control/readings/readings.ts";
import type { Clock } from "../../core/clock.ts";
import type { Histogram } from "../../core/histogram.ts";
import type { Rng } from "../../core/rng.ts";
import type { Topology } from "../../system/topology/topology.ts";
import type { Workload } from "../../system/workload/workload.ts";
import type { Calibration } from "../calibrate/calibration.ts";
import { createFluidTwin } from "../fluid/create-fluid-twin.ts";
import type { FluidTwin } from "../fluid/fluid-twin.ts";
import { checkResize } from "./check-resize.ts";
import type { FaultPlayer } from "./fault-player.ts";
import { fluidFaultTarget } from "./fluid-fault-target.ts";
import { floodsTo } from "./fluid-floods.ts";
import { type PodLog, createPodLog } from "./pod-log.ts";
import { type Surges, createSurges } from "./surges.ts";
import { createSimulatedClock } from "./simulated-clock.ts";
import { playWorkloadFaults } from "./workload-faults.ts";

export type TwinClusterOptions = {
  /** Arrivals and faults; times are those of the cluster's clock. */
  readonly workload: Workload;
  /** Start-up times, metric noise, scrape phases. */
  readonly rng: Rng;
  /** Ready replicas at the start: [services]; the smallest allowed when left out. */
  readonly initialReplicas?: Float64Array;
  /** How the kernel keeps replicas to their CPU limit; what the calibration says when left out. */
  readonly cpuQuota?: CpuQuota;
  /** 1 s of the scenario when left out. */
  readonly tickMs?: number;
  /** True capacity of a replica / what the calibration says: [services]. */
  readonly capacityFactor?: Float64Array;
  /** True start-up time / what the calibration says. */
  readonly startupFactor?: number;
  /** Cores that all replicas share with the neighbours that faults bring; what the largest sizes may use when left out. */
  readonly machineCores?: number;
};

export type TwinCluster = {
  readonly cluster: Cluster;
  readonly clock: Clock;
  /** CPU limits of the replicas of a service that exist, millicores. */
  readonly limitsMilli: (service: string) => readonly number[];
  /** What users have met since the start; cheap enough to ask for every period. */
  counts(): TwinCounts;
  outcome(): TwinOutcome;
};

export type TwinCounts = {
  readonly requests: number;
  readonly violating: number;
  /** Without a good answer: failed, dropped or timed out. Violating too. */
  readonly failed: number;
};

/** What happened since the start. */
type TwinOutcome = TwinCounts & {
  /** Of answered requests, at the entry. */
  readonly latency: Histogram;
  /** Replicas that exist x time: [services]. */
  readonly servicePodSeconds: readonly number[];
  /** The same, each replica counted by its CPU limit / the declared one: [services]. */
  readonly serviceSizedPodSeconds: readonly number[];
  readonly podSeconds: number;
};

/** A cluster in simulated time: the control loop runs on it unchanged. */
export function createTwinCluster(
  topology: Topology,
  calibration: Calibration,
  options: TwinClusterOptions,
): TwinCluster {
  const { workload } = options;
  const tickMs = options.tickMs ?? 1_000 / calibration.timing.timeScale;
  const names = topology.services.map(({ name }) => name);
  const log = createPodLog();
  const desired = options.initialReplicas?.slice() ?? Float64Array.from(topology.services, (one) => one.minReplicas);
  let [eventMs, ticks] = [0, 0];
  const twin = createFluidTwin(topology, calibration, {
    environments: 1,
    tickMs,
    recordLatency: true,
    ...(options.cpuQuota === undefined ? {} : { cpuQuota: options.cpuQuota }),
    onPod(_, service, kind, pod) {
      log.add(eventMs, names[service]!, kind, pod);
      if (kind === "ready") surges.ready(service, pod);
    },
  });
  const surges = createSurges(twin, desired);
  twin.reset(0, {
    ...options,
    ratePerS: workload.ratePerS,
    stepMs: workload.stepMs,
    initialReplicas: desired,
    floods: floodsTo(topology, workload),
  });
  const broken = fluidFaultTarget(twin, () => eventMs);
  const faults = playWorkloadFaults(broken, topology, options, calibration.timing.timeScale);

  function advanceTo(atMs: number): void {
    for (let target = Math.floor(atMs / tickMs + 1e-6); ticks < target;) {
      faults.play();
      eventMs = ++ticks * tickMs;
      twin.advance(1);
      surges.settle();
    }
    eventMs = atMs;
    faults.play();
  }

  const clock = createSimulatedClock(advanceTo);
  return {
    cluster: createPort({ topology, twin, desired, surges, log, clock, faults, tickAgeMs }),
    clock,
    limitsMilli: (service) => limitsOf(twin, desired, requireServiceIndex(topology, service)),
    counts: () => countsOf(twin),
    outcome: () => outcomeOf(twin),
  };

  /** Time since the newest tick, which the twin knows nothing of. */
  function tickAgeMs(): number {
    return Math.max(0, clock.nowMs() - ticks * tickMs);
  }
}

type Parts = {
  readonly topology: Topology;
  readonly twin: FluidTwin;
  readonly desired: Float64Array;
  readonly surges: Surges;
  readonly log: PodLog;
  readonly clock: Clock;
  readonly faults: FaultPlayer;
  readonly tickAgeMs: () => number;
};

function createPort({ topology, twin, desired, surges, log, clock, faults, tickAgeMs }: Parts): Cluster {
  return {
    async observe() {
      const seen = copyOf(twin.observe(), clock.nowMs());
      seen.desired.set(desired);
      for (const [k, age] of seen.ageMs.entries()) seen.ageMs[k] = age + tickAgeMs();
      return seen;
    },
    async scale(service, replicas) {
      const index = requireServiceIndex(topology, service);
      checkReplicas(topology.services[index]!, replicas);
      desired[index] = replicas;
      surges.settle();
    },
    async restart(service) {
      surges.start(requireServiceIndex(topology, service));
    },
    async resize(service, cpuMilli) {
      twin.resize(checkResize(topology, service, cpuMilli), cpuMilli);
      return { how: "in-place" };
    },
    async inject(fault) {
      faults.inject(fault);
    },
    async heal() {
      faults.heal();
    },
    events: async () => log.take(),
  };
}

/** All replicas of a service are alike. */
function limitsOf(twin: FluidTwin, existing: Float64Array, service: number): readonly number[] {
  return Array.from({ length: existing[service]! }, () => 1_000 * twin.limitCores(service));
}

function copyOf(readings: Readings, atMs: number): Readings {
  const columns = [...serviceSignals, ...entrySignals, "ageMs"] as const;
  const copies = Object.fromEntries(columns.map((column) => [column, readings[column].slice()]));
  return { ...readings, ...copies, atMs };
}

function countsOf({ outcome }: FluidTwin): TwinCounts {
  return { requests: outcome.requests[0]!, violating: outcome.violating[0]!, failed: outcome.failed[0]! };
}

function outcomeOf(twin: FluidTwin): TwinOutcome {
  const { podSeconds, sizedPodSeconds } = twin.outcome;
  return {
    ...countsOf(twin),
    latency: twin.latency!,
    servicePodSeconds: Array.from(podSeconds),
    serviceSizedPodSeconds: Array.from(sizedPodSeconds),
    podSeconds: sumOf(podSeconds),
  };
}
