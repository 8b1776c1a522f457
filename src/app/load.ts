import type { LoadResult } from "../clusters/load/load-result.ts";
import type { Outcome } from "../control/loop/outcome.ts";
import type { RunningCluster } from "../control/loop/running-cluster.ts";
import { createRng } from "../core/rng.ts";
import type { Topology } from "../system/topology/topology.ts";
import type { Host } from "./host.ts";
import type { Inputs } from "./inputs.ts";
import { inClusterGenerator } from "./in-cluster-generator.ts";
import { type LiveRun, runLive } from "./live-run.ts";
import { requireRights } from "./require-rights.ts";
import { requireRunningCluster } from "./running-cluster.ts";
import { workloadOf } from "./traffic.ts";
import type { Where } from "./where.ts";

export type LoadRequest = {
  readonly inputs: Inputs;
  readonly volumePerS: number | undefined;
  /** The scenario's own when undefined. */
  readonly seed: number | undefined;
};

export type LiveLoadRequest = LoadRequest & {
  readonly where: Where;
  /** From a pod of the cluster instead of this machine. */
  readonly isInCluster: boolean;
};

export type LoadReport = { readonly outcome: Outcome; readonly load: LoadResult };

/** Sends the scenario's arrivals to the cluster that is up, and lets its faults happen; nothing scales. */
export async function load(request: LiveLoadRequest, host: Host): Promise<LoadReport> {
  const { inputs, where } = request;
  const generator = request.isInCluster ? { generator: inClusterGenerator(inputs, where) } : {};
  await requireRights(inputs, where, ["load", "faults", "heal"]);
  const cluster = await requireRunningCluster(inputs, where);
  try {
    return await sendTo(cluster, request, generator, host);
  } finally {
    await cluster.close();
  }
}

function sendTo(
  cluster: RunningCluster,
  request: LoadRequest,
  generator: Pick<LiveRun, "generator">,
  host: Host,
): Promise<LoadReport> {
  const { inputs } = request;
  const workload = workloadOf(inputs, createRng(seedOf(request)), {
    timeScale: cluster.timing.timeScale,
    volumePerS: request.volumePerS,
  });
  return host.progress.step(`send ${inputs.topology.name} its load`, (update) =>
    runLive(
      {
        cluster,
        ...generator,
        topology: objectiveFrom(inputs, cluster),
        timing: cluster.timing,
        workload,
        process: inputs.scenario.arrivals.process,
        mode: "live",
        seed: seedOf(request),
      },
      update,
      host.signal,
    ),
  );
}

export function seedOf({ seed, inputs }: LoadRequest): number {
  return seed ?? inputs.scenario.seed;
}

/** The topology as it runs (scaled), under the objective of the scenario. */
export function objectiveFrom({ topology }: Inputs, cluster: Pick<RunningCluster, "topology">): Topology {
  return { ...cluster.topology, objective: topology.objective };
}
