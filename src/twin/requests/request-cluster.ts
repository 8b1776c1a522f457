import { checkReplicas, requireServiceIndex } from "../../control/loop/check-request.ts";
import type { Cluster } from "../../control/loop/cluster.ts";
import { type Readings, entrySignals, serviceSignals } from "../../control/readings/readings.ts";
import type { Topology } from "../../system/topology/topology.ts";
import type { Workload } from "../../system/workload/workload.ts";
import type { Calibration } from "../calibrate/calibration.ts";
import type { FaultPlayer } from "../cluster/fault-player.ts";
import { checkResize } from "../cluster/check-resize.ts";
import { createSimulatedClock } from "../cluster/simulated-clock.ts";
import { playWorkloadFaults } from "../cluster/workload-faults.ts";
import type { TwinCluster, TwinCounts } from "../cluster/twin-cluster.ts";
import { type RequestTwin, type RequestTwinOptions, createRequestTwin } from "./create-request-twin.ts";
import { floodSchedule } from "./flood-schedule.ts";
import { requestFaultTarget } from "./request-fault-target.ts";

export type RequestTwinClusterOptions = Omit<
  RequestTwinOptions,
  "ratePerS" | "stepMs" | "initialReplicas" | "flood"
> & {
  /** Arrivals and faults; times are those of the cluster's clock. */
  readonly workload: Workload;
  /** Ready replicas at the start: [services]; the smallest allowed when left out. */
  readonly initialReplicas?: Float64Array;
  /** Cores that all replicas share with the neighbours that faults bring; what the largest sizes may use when left out. */
  readonly machineCores?: number;
};

/** A cluster in simulated time, request by request: the control loop runs on it unchanged. */
export function createRequestTwinCluster(
  topology: Topology,
  calibration: Calibration,
  options: RequestTwinClusterOptions,
): TwinCluster {
  const { workload } = options;
  const twin = createRequestTwin(topology, calibration, {
    ...options,
    ratePerS: workload.ratePerS,
    stepMs: workload.stepMs,
    flood: floodSchedule(workload, topology),
    initialReplicas:
      options.initialReplicas?.slice() ?? Float64Array.from(topology.services, ({ minReplicas }) => minReplicas),
  });
  const { timeScale } = calibration.timing;
  const faults = playWorkloadFaults(requestFaultTarget(twin), topology, options, timeScale);

  function advanceTo(atMs: number): void {
    for (let next = faults.nextMs(); next <= atMs; next = faults.nextMs()) {
      twin.advanceTo(next);
      faults.play();
    }
    twin.advanceTo(atMs);
  }

  return {
    clock: createSimulatedClock(advanceTo),
    cluster: createPort(topology, twin, faults),
    limitsMilli: (service) => limitsOf(twin, requireServiceIndex(topology, service)),
    counts: () => countsOf(twin),
    outcome: () => outcomeOf(twin),
  };
}

function createPort(topology: Topology, twin: RequestTwin, faults: FaultPlayer): Cluster {
  return {
    observe: async () => copyOf(twin.observe()),
    async scale(service, replicas) {
      const index = requireServiceIndex(topology, service);
      checkReplicas(topology.services[index]!, replicas);
      twin.scale(index, replicas);
    },
    async restart(service) {
      twin.restart(requireServiceIndex(topology, service));
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
    events: async () => twin.takeEvents(),
  };
}

function copyOf(readings: Readings): Readings {
  const columns = [...serviceSignals, ...entrySignals, "ageMs"] as const;
  return { ...readings, ...Object.fromEntries(columns.map((column) => [column, readings[column].slice()])) };
}

function countsOf(twin: RequestTwin): TwinCounts {
  const { entry } = twin;
  return {
    requests: entry.arrived,
    violating: twin.violating(),
    failed: entry.dropped + entry.failed + entry.timedOut,
  };
}

function outcomeOf(twin: RequestTwin): ReturnType<TwinCluster["outcome"]> {
  const podSeconds = twin.podSeconds();
  return {
    ...countsOf(twin),
    latency: { counts: twin.latency.counts.slice() },
    // Counted up to now by the line above.
    servicePodSeconds: Array.from(twin.world.services.podMs, (ms) => ms / 1_000),
    serviceSizedPodSeconds: Array.from(twin.world.services.sizedPodMs, (ms) => ms / 1_000),
    podSeconds,
  };
}

function limitsOf({ world: { services, limits } }: RequestTwin, service: number): readonly number[] {
  return services.pods[service]!.map(() => 1_000 * limits.cores[service]!);
}
