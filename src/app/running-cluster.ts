import { connectLocalCluster, type LocalClusterClient } from "../clusters/local/client.ts";
import { listLocalClusters } from "../clusters/local/list.ts";
import { KarmaError } from "../core/errors.ts";
import { scaleTopology } from "../system/topology/scale.ts";
import type { RunningCluster } from "../control/loop/running-cluster.ts";
import type { Topology } from "../system/topology/topology.ts";
import type { Inputs } from "./inputs.ts";
import type { Where } from "./where.ts";

/** A cluster whose watches and connections keep the process alive until they are closed; the cluster itself stays. */
export type OpenCluster = RunningCluster & { close(): Promise<void> };

/** The cluster that is up there and runs this topology, at whatever scale. */
export async function requireRunningCluster(inputs: Inputs, where: Where): Promise<OpenCluster> {
  if (where.kind === "local") return { ...(await requireCluster(inputs)), close: async () => {} };
  const name = where.kind === "context" ? where.context : where.kind;
  throw new KarmaError(
    "NOT_READY",
    `nothing of karma is up on ${name}`,
    "karma cluster up --on local, then --on local",
  );
}

/** The cluster that is up and runs this topology, at whatever scale; undefined when there is none. */
export async function findCluster({ topology }: Inputs): Promise<LocalClusterClient | undefined> {
  if (!listLocalClusters().some(({ name, isUp }) => isUp && name === topology.name)) return undefined;
  const cluster = await connectLocalCluster(topology.name);
  return isScaled(topology, cluster.topology) ? cluster : undefined;
}

/** As {@link findCluster}, but a failure when there is none. */
export async function requireCluster({ topology }: Inputs): Promise<LocalClusterClient> {
  const cluster = await connectLocalCluster(topology.name);
  if (isScaled(topology, cluster.topology)) return cluster;
  throw new KarmaError(
    "NOT_READY",
    `the cluster ${topology.name} that is up runs another topology than this one`,
    "karma cluster down, then karma cluster up; topologies of one name need a field `name` of their own",
  );
}

/** True when the running topology is the declared one with CPU work and limits times some scale. */
export function isScaled(declared: Topology, running: Topology): boolean {
  const scale = (running.services[0]?.cpuMilli ?? 0) / (declared.services[0]?.cpuMilli ?? 1);
  if (!(scale > 0 && scale < 10.1)) return false;
  return shapeOf(scaleTopology(declared, Math.min(scale, 10)).topology) === shapeOf(running);
}

/** Objectives belong to the scenario; the last digits of a product are noise. */
function shapeOf({ services, entries }: Topology): string {
  return JSON.stringify({ services, entries }, rounded);
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(9)) : value;
}
