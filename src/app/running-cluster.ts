import { openKubernetesApi } from "../clusters/kubernetes/api.ts";
import { connectKubernetesCluster } from "../clusters/kubernetes/cluster/connect.ts";
import { connectLocalCluster, type LocalClusterClient } from "../clusters/local/client.ts";
import { listLocalClusters } from "../clusters/local/list.ts";
import type { RunningCluster } from "../control/loop/running-cluster.ts";
import { KarmaError } from "../core/errors.ts";
import { namespaceOf } from "../system/compile/kubernetes-names.ts";
import type { Inputs } from "./inputs.ts";
import { isScaled } from "./is-scaled.ts";
import { findOnKind } from "./running-kind.ts";
import type { Where } from "./where.ts";

/** A cluster whose watches and connections keep the process alive until they are closed; the cluster itself stays. */
export type OpenCluster = RunningCluster & { close(): Promise<void> };

/** The cluster that is up there and runs this topology, at whatever scale. */
export async function requireRunningCluster(inputs: Inputs, where: Where): Promise<OpenCluster> {
  switch (where.kind) {
    case "local":
      return { ...(await requireCluster(inputs)), close: async () => {} };
    case "kind":
      return connect(inputs, await contextOnKind(inputs));
    case "context":
      return connect(inputs, where.context);
    case "twin":
      throw new Error("the twin is no running cluster");
  }
}

async function contextOnKind({ topology }: Inputs): Promise<string> {
  const found = await findOnKind(topology);
  if (found !== undefined) return found.context;
  throw new KarmaError("NOT_READY", `no cluster of kind runs ${topology.name}`, "start it with `karma cluster up`");
}

async function connect({ topology }: Inputs, context: string): Promise<OpenCluster> {
  const cluster = await connectKubernetesCluster(await openKubernetesApi(context), namespaceOf(topology.name));
  if (isScaled(topology, cluster.topology)) return cluster;
  await cluster.close();
  throw anotherTopology(topology.name);
}

/** The local cluster that is up and runs this topology, at whatever scale; undefined when there is none. */
export async function findCluster({ topology }: Inputs): Promise<LocalClusterClient | undefined> {
  if (!listLocalClusters().some(({ name, isUp }) => isUp && name === topology.name)) return undefined;
  const cluster = await connectLocalCluster(topology.name);
  return isScaled(topology, cluster.topology) ? cluster : undefined;
}

/** As {@link findCluster}, but a failure when there is none. */
async function requireCluster({ topology }: Inputs): Promise<LocalClusterClient> {
  const cluster = await connectLocalCluster(topology.name);
  if (isScaled(topology, cluster.topology)) return cluster;
  throw anotherTopology(topology.name);
}

function anotherTopology(name: string): KarmaError {
  return new KarmaError(
    "NOT_READY",
    `the cluster ${name} that is up runs another topology than this one`,
    "karma cluster down, then karma cluster up; topologies of one name need a field `name` of their own",
  );
}
