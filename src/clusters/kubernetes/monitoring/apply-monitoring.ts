import { KarmaError, type Problem } from "../../../core/errors.ts";
import { monitoringObjects } from "../../../system/compile/monitoring/monitoring.ts";
import { namespaceOf } from "../../../system/compile/kubernetes-names.ts";
import { MONITORING_NAMESPACE, type MonitoringOptions } from "../../../system/compile/monitoring/monitoring-options.ts";
import { WATCHES_LABEL } from "../../../system/compile/monitoring/server-object.ts";
import type { Topology } from "../../../system/topology/topology.ts";
import { refusal } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { type Manifest, applyObjects, deleteObject } from "../up/apply.ts";
import { awaitRollout } from "../up/await-rollout.ts";
import { deleteNamespace } from "../up/namespace.ts";

const PATIENCE_MS = 120_000;

export type AppliedMonitoring = {
  /** Grafana, where it does not come up: Prometheus is enough for everything else. */
  readonly warnings: readonly Problem[];
};

/**
 * Puts Prometheus and Grafana beside a topology that runs, and waits for Prometheus. Other topologies that are watched
 * already stay watched.
 *
 * @param chosen  `image` is the mock's, as the topology's pods run it
 */
export async function applyMonitoring(
  api: ApiCaller,
  topology: Topology,
  chosen: Partial<MonitoringOptions>,
  signal: AbortSignal,
): Promise<AppliedMonitoring> {
  const others = (await watchedNamespaces(api)).filter((name) => name !== namespaceOf(topology.name));
  await applyObjects(api, monitoringObjects(topology, { ...chosen, others }), () => {}, signal);
  await awaitServer(api, "prometheus", signal);
  await awaitServer(api, "state", signal);
  const hasGrafana = !("grafanaImage" in chosen) || chosen.grafanaImage !== undefined;
  return { warnings: hasGrafana ? await grafanaWarnings(api, signal) : [] };
}

function awaitServer(api: ApiCaller, name: string, signal: AbortSignal): Promise<unknown> {
  const scope = { namespace: MONITORING_NAMESPACE, selector: `app.kubernetes.io/name=${name}` };
  return awaitRollout(api, { scope, patienceMs: PATIENCE_MS, onProgress: () => {} }, signal);
}

async function grafanaWarnings(api: ApiCaller, signal: AbortSignal): Promise<readonly Problem[]> {
  try {
    await awaitServer(api, "grafana", signal);
    return [];
  } catch (error) {
    if (!(error instanceof KarmaError)) throw error;
    const why = error.problems[0]?.message ?? error.message;
    return [{ path: "grafana", message: `does not run: ${why}; Prometheus does, and the dashboard is in generated/` }];
  }
}

type ConfigMaps = { readonly items: readonly { readonly metadata: ConfigMapMetadata }[] };
type ConfigMapMetadata = { readonly name: string; readonly labels: Readonly<Record<string, string>> };

const CONFIG_MAPS = `/api/v1/namespaces/${MONITORING_NAMESPACE}/configmaps`;

async function partsOfTopologies(api: ApiCaller): Promise<readonly ConfigMapMetadata[]> {
  const path = `${CONFIG_MAPS}?labelSelector=${encodeURIComponent(WATCHES_LABEL)}`;
  const answer = await api.call({ path });
  // Who may not even look there has put nothing there.
  if (answer.status === 403) return [];
  if (answer.status >= 300) throw refusal(api.context, answer, `list ConfigMaps in ${MONITORING_NAMESPACE}`);
  return (JSON.parse(answer.text) as ConfigMaps).items.map(({ metadata }) => metadata);
}

/** Namespaces of topologies that are watched already. */
export async function watchedNamespaces(api: ApiCaller): Promise<readonly string[]> {
  const names = (await partsOfTopologies(api)).map(({ labels }) => labels[WATCHES_LABEL]!);
  return [...new Set(names)].toSorted();
}

/** Takes away what watches a topology's namespace; with the last one goes the monitoring's own. */
export async function removeMonitoring(api: ApiCaller, namespace: string): Promise<void> {
  const parts = await partsOfTopologies(api);
  const own = parts.filter(({ labels }) => labels[WATCHES_LABEL] === namespace);
  if (own.length === 0) return;
  if (own.length === parts.length) return deleteNamespace(api, MONITORING_NAMESPACE);
  for (const { name } of own) await deleteObject(api, configMap(name));
}

function configMap(name: string): Manifest {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: MONITORING_NAMESPACE } };
}
