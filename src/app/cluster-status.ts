import { runTool } from "../clusters/kubernetes/run-tool.ts";
import { askClusterSpec } from "../clusters/kubernetes/cluster/cluster-spec.ts";
import type { ApiCaller } from "../clusters/kubernetes/cluster/api-request.ts";
import { kindContext } from "../clusters/kubernetes/up/kind.ts";
import { ownNamespaces } from "../clusters/kubernetes/up/namespace.ts";
import { knownKindClusters, onContext, onKindCluster } from "../clusters/kubernetes/up/placements.ts";
import { type ServiceRollout, readRollout } from "../clusters/kubernetes/up/rollout.ts";
import { connectLocalCluster } from "../clusters/local/client.ts";
import { listLocalClusters } from "../clusters/local/list.ts";
import type { LocalClusterStatus } from "../clusters/local/protocol.ts";
import type { EntryUrl } from "../control/loop/running-cluster.ts";
import { KarmaError } from "../core/errors.ts";
import { tools } from "./cluster-up-run.ts";
import type { Where } from "./where.ts";

/** A topology that runs on Kubernetes. */
export type KubernetesStatus = {
  readonly name: string;
  readonly context: string;
  readonly namespace: string;
  readonly timeScale: number;
  readonly services: readonly ServiceRollout[];
  readonly entries: readonly EntryUrl[];
};

export type ClusterStatusResult = {
  readonly up: readonly LocalClusterStatus[];
  readonly kubernetes: readonly KubernetesStatus[];
  /** Clusters whose run died and left something; `karma cluster down` clears it. */
  readonly left: readonly string[];
  /** Clusters that do not answer, and why. */
  readonly silent: readonly string[];
};

/** What runs on this machine, or behind the context that is named. */
export async function clusterStatus(where: Where | undefined): Promise<ClusterStatusResult> {
  if (where?.kind === "context") {
    const { context } = where;
    const kubernetes = await onContext(context, (caller) => statusOn(context, caller));
    return { up: [], kubernetes, left: [], silent: [] };
  }
  const local = where?.kind === "kind" ? { up: [], left: [] } : await localStatus();
  const kind = where?.kind === "local" ? { kubernetes: [], left: [], silent: [] } : await kindStatus();
  return { ...kind, up: local.up, left: [...local.left, ...kind.left] };
}

async function localStatus(): Promise<Pick<ClusterStatusResult, "up" | "left">> {
  const listed = listLocalClusters();
  const up: LocalClusterStatus[] = [];
  for (const { name, isUp, isStarting } of listed) {
    if (isUp && !isStarting) up.push(await (await connectLocalCluster(name)).status());
  }
  return { up, left: listed.filter(({ isUp }) => !isUp).map(({ name }) => name) };
}

async function kindStatus(): Promise<Omit<ClusterStatusResult, "up">> {
  const known = await knownKindClusters(runTool);
  const kubernetes: KubernetesStatus[] = [];
  const silent: string[] = [];
  for (const { cluster } of known.filter(({ state }) => state === "up")) {
    try {
      kubernetes.push(...(await onKindCluster(tools, cluster, (caller) => statusOn(kindContext(cluster), caller))));
    } catch (error) {
      // One that is stopped does not hide the others.
      if (!(error instanceof KarmaError)) throw error;
      silent.push(`${cluster}: ${error.message}`);
    }
  }
  const left = known.flatMap(({ cluster, state }) => (state === "half-made" ? [`kind:${cluster}`] : []));
  return { kubernetes, silent, left };
}

async function statusOn(context: string, caller: ApiCaller): Promise<readonly KubernetesStatus[]> {
  const found: KubernetesStatus[] = [];
  for (const namespace of await ownNamespaces(caller)) {
    const spec = await askClusterSpec(caller, namespace);
    if (spec === undefined) continue;
    const { topology, timing, entries } = spec;
    const selector = `app.kubernetes.io/instance=${topology.name}`;
    const { services } = await readRollout(caller, { namespace, selector });
    found.push({ name: topology.name, context, namespace, timeScale: timing.timeScale, services, entries });
  }
  return found;
}
