import type { LocalClusterClient } from "../clusters/local/client.ts";
import { startLocalCluster } from "../clusters/local/start.ts";
import { kubernetesTiming, scaleTiming } from "../control/loop/timing.ts";
import { KarmaError, type Problem } from "../core/errors.ts";
import { scaleTopology } from "../system/topology/scale.ts";
import type { Topology } from "../system/topology/topology.ts";
import type { Host } from "./host.ts";
import { type InputPaths, readInputs } from "./inputs.ts";

export type ClusterUpRequest = InputPaths & {
  /** CPU work and CPU limits times this; arrivals stay. */
  readonly scale: number;
  /** Seconds of the scenario that pass in one second; >= 1. */
  readonly timeScale: number;
  readonly seed: number;
  /** True: the cluster ends with this process. */
  readonly isBound: boolean;
  /** Most replicas of any service, so that a small machine is not filled with processes. */
  readonly maxReplicas?: number;
  /** Replicas to start with, [services]; the minimum of each service when left out. */
  readonly initialSizes?: Float64Array;
};

export type ClusterUpResult = { readonly cluster: LocalClusterClient; readonly warnings: readonly Problem[] };

/** Starts the topology on local processes and waits until every service is ready. */
export async function clusterUp(request: ClusterUpRequest, host: Host): Promise<ClusterUpResult> {
  if (!(request.timeScale >= 1 && request.timeScale <= 100)) {
    const message = `expected a time scale from 1 to 100, found ${request.timeScale}`;
    throw new KarmaError("USAGE", message, "use --time-scale 10 to see an hour in six minutes");
  }
  const inputs = readInputs(request);
  const { topology, warnings } = fitTopology(inputs.topology, request);
  const timing = scaleTiming(kubernetesTiming, request.timeScale);
  const cluster = await host.progress.step(`start ${topology.name} on local processes`, (update) =>
    startLocalCluster(
      {
        topology,
        timing,
        seed: request.seed,
        bound: request.isBound,
        ...(request.initialSizes === undefined ? {} : { initialReplicas: [...request.initialSizes] }),
        onProgress: (ready, wanted) => update(ready / wanted, `${ready} of ${wanted} replicas ready`),
      },
      host.signal,
    ),
  );
  return { cluster, warnings: [...inputs.warnings, ...warnings] };
}

/** The topology as this machine can run it. */
export function fitTopology(
  topology: Topology,
  { scale, maxReplicas }: Pick<ClusterUpRequest, "scale" | "maxReplicas">,
): { readonly topology: Topology; readonly warnings: readonly Problem[] } {
  const scaled = scaleTopology(topology, scale);
  if (maxReplicas === undefined) return scaled;
  const services = scaled.topology.services.map((service) => ({
    ...service,
    maxReplicas: Math.max(service.minReplicas, Math.min(service.maxReplicas, maxReplicas)),
  }));
  return { ...scaled, topology: { ...scaled.topology, services } };
}
