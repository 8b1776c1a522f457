import { KarmaError } from "../../../core/errors.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { removeMonitoring } from "../monitoring/apply-monitoring.ts";
import { type KindTools, deleteKindCluster } from "./kind.ts";
import { removeKindRecord } from "./kind-record.ts";
import { deleteMetricsServer, metricsState } from "./metrics-server.ts";
import { deleteNamespace, ownNamespaces } from "./namespace.ts";
import { type KnownCluster, onKindCluster } from "./placements.ts";

/** What was taken away. */
export type TakenDown = {
  /** Of kind; undefined for a context that is not kind's. */
  readonly cluster: string | undefined;
  readonly namespaces: readonly string[];
  /** True where the whole cluster went. */
  readonly isClusterDeleted: boolean;
};

/**
 * Takes karma's namespaces away from a cluster of kind, or one of them; with the last one goes the cluster, where karma
 * made it. Undefined where there is nothing to take.
 *
 * @param namespace  every one of karma's when undefined
 */
export async function takeDownOnKind(
  tools: KindTools,
  { cluster, isOwn, state }: KnownCluster,
  namespace: string | undefined,
): Promise<TakenDown | undefined> {
  if (state === "being-made") return undefined;
  if (state === "half-made") return dropCluster(tools, cluster, []);
  const all = await namespacesOrNone(tools, cluster, isOwn);
  const chosen = all.filter((name) => namespace === undefined || name === namespace);
  // An empty cluster, or one that does not answer, may be another topology's that is coming up.
  const isMeant = chosen.length > 0 || namespace === undefined || namespace === cluster;
  if (!isMeant) return undefined;
  const isLast = chosen.length === all.length;
  if (isOwn && isLast) return dropCluster(tools, cluster, chosen);
  if (chosen.length > 0) await onKindCluster(tools, cluster, (caller) => deleteNamespaces(caller, chosen));
  if (isLast) removeKindRecord(cluster);
  return chosen.length === 0 ? undefined : { cluster, namespaces: chosen, isClusterDeleted: false };
}

/** A cluster of karma's own whose API server is gone has nothing left to ask for. */
async function namespacesOrNone(tools: KindTools, cluster: string, isOwn: boolean): Promise<readonly string[]> {
  try {
    return await onKindCluster(tools, cluster, ownNamespaces);
  } catch (error) {
    if (!isOwn || !(error instanceof KarmaError)) throw error;
    return [];
  }
}

async function dropCluster(tools: KindTools, cluster: string, namespaces: readonly string[]): Promise<TakenDown> {
  await deleteKindCluster(tools, cluster);
  removeKindRecord(cluster);
  return { cluster, namespaces, isClusterDeleted: true };
}

/** As {@link takeDownOnKind}, for a context that others run: only what karma put there goes. */
export async function takeDownOnContext(caller: ApiCaller, namespace: string | undefined): Promise<TakenDown> {
  const all = await ownNamespaces(caller);
  const chosen = all.filter((name) => namespace === undefined || name === namespace);
  await deleteNamespaces(caller, chosen);
  return { cluster: undefined, namespaces: chosen, isClusterDeleted: false };
}

/** With a namespace goes what watches it, with the last one the metrics-server that karma put there. */
async function deleteNamespaces(caller: ApiCaller, namespaces: readonly string[]): Promise<void> {
  for (const namespace of namespaces) {
    await removeMonitoring(caller, namespace);
    await deleteNamespace(caller, namespace);
  }
  const isEmpty = namespaces.length > 0 && (await ownNamespaces(caller)).length === 0;
  if (isEmpty && (await metricsState(caller)).isOwn) await deleteMetricsServer(caller);
}
