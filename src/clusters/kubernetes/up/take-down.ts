import { KarmaError } from "../../../core/errors.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { removeMonitoring } from "../monitoring/apply-monitoring.ts";
import { type KindTools, deleteKindCluster, isRunning } from "./kind.ts";
import { removeKindRecord } from "./kind-record.ts";
import { deleteMetricsServer, metricsState } from "./metrics-server.ts";
import { deleteNamespace, isOwnNamespace, ownNamespaces, visibleNamespaces } from "./namespace.ts";
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
 * @param isAll  whatever is on a cluster of karma's that runs and does not answer may go
 */
export async function takeDownOnKind(
  tools: KindTools,
  known: KnownCluster,
  namespace: string | undefined,
  isAll: boolean,
): Promise<TakenDown | undefined> {
  const { cluster, isOwn, state } = known;
  if (state === "being-made") return undefined;
  if (state === "half-made") return dropCluster(tools, cluster, []);
  const mayBeLost = isAll || (namespace !== undefined && namespace !== cluster);
  const all = await namespacesOrNone(tools, known, mayBeLost);
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

/** A cluster of karma's own whose node has stopped has nothing left to ask for; one that runs and is silent may have. */
async function namespacesOrNone(
  tools: KindTools,
  { cluster, isOwn }: KnownCluster,
  mayBeLost: boolean,
): Promise<readonly string[]> {
  try {
    return await onKindCluster(tools, cluster, ownNamespaces);
  } catch (error) {
    if (!isOwn || !(error instanceof KarmaError)) throw error;
    if (mayBeLost || !(await isRunning(tools.run, cluster))) return [];
    const hint = "try again in a moment; karma cluster down --all deletes the cluster with whatever is on it";
    throw new KarmaError(error.code, `${error.message}; what cluster ${cluster} runs is not known`, hint, {
      cause: error,
    });
  }
}

async function dropCluster(tools: KindTools, cluster: string, namespaces: readonly string[]): Promise<TakenDown> {
  await deleteKindCluster(tools, cluster);
  removeKindRecord(cluster);
  return { cluster, namespaces, isClusterDeleted: true };
}

/** As {@link takeDownOnKind}, for a context that others run: only what karma put there goes. */
export async function takeDownOnContext(caller: ApiCaller, namespace: string | undefined): Promise<TakenDown> {
  const chosen = await namespacesOnContext(caller, namespace);
  await deleteNamespaces(caller, chosen);
  return { cluster: undefined, namespaces: chosen, isClusterDeleted: false };
}

/** Who may not see all namespaces may have a right to the named one. */
async function namespacesOnContext(caller: ApiCaller, namespace: string | undefined): Promise<readonly string[]> {
  const all = namespace === undefined ? await ownNamespaces(caller) : await visibleNamespaces(caller);
  if (all !== undefined) return all.filter((name) => namespace === undefined || name === namespace);
  return namespace !== undefined && (await isOwnNamespace(caller, namespace)) ? [namespace] : [];
}

/** With a namespace goes what watches it, with the last one the metrics-server that karma put there. */
async function deleteNamespaces(caller: ApiCaller, namespaces: readonly string[]): Promise<void> {
  for (const namespace of namespaces) {
    await removeMonitoring(caller, namespace);
    await deleteNamespace(caller, namespace);
  }
  const isEmpty = namespaces.length > 0 && (await visibleNamespaces(caller))?.length === 0;
  if (isEmpty && (await metricsState(caller)).isOwn) await deleteMetricsServer(caller);
}
