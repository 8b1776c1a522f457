import { clearSizes } from "../clusters/kubernetes/cluster/clear-sizes.ts";
import { writeClusterSpec } from "../clusters/kubernetes/cluster/cluster-spec.ts";
import { ensureControlToken } from "../clusters/kubernetes/faults/control-token.ts";
import { type Manifest, applyObjects } from "../clusters/kubernetes/up/apply.ts";
import { applyMetricsServer, deleteMetricsServer, metricsState } from "../clusters/kubernetes/up/metrics-server.ts";
import { deleteNamespace, isNamespaceThere } from "../clusters/kubernetes/up/namespace.ts";
import { pruneObjects } from "../clusters/kubernetes/up/prune.ts";
import { type ServiceRollout, readRollout } from "../clusters/kubernetes/up/rollout.ts";
import type { EntryUrl } from "../control/loop/running-cluster.ts";
import type { Update } from "../host/progress.ts";
import { kubernetesName } from "../system/compile/kubernetes-names.ts";
import { manifestObjects } from "../system/compile/manifests.ts";
import type { Topology } from "../system/topology/topology.ts";
import { type Reached, type UpRun, reach } from "./cluster-up-run.ts";
import { addsMetricsServer } from "./cluster-up-target.ts";

/** Puts metrics-server where nobody serves metrics. */
export async function applyMetrics(run: UpRun, { caller }: Reached): Promise<boolean> {
  if (!addsMetricsServer(run)) return false;
  const { kind, isOwn } = await metricsState(caller);
  if (kind !== "absent" && !isOwn) return false;
  const { context, cluster } = run.plan;
  if (kind === "absent") run.undo.add("delete metrics-server", () => onFreshCaller(context, deleteMetricsServer));
  await applyMetricsServer(caller, { trustsAnyKubelet: cluster !== undefined }, run.host.signal);
  return kind === "absent";
}

/** While something is taken back, the connections of the steps may be broken. */
async function onFreshCaller(context: string, work: (caller: Reached["caller"]) => Promise<void>): Promise<void> {
  const { caller } = await reach(context);
  try {
    await work(caller);
  } finally {
    await caller.close();
  }
}

/** Applies the topology's objects, takes away those that it has no more, and says in the namespace what runs there. */
export async function apply(
  run: UpRun,
  { api, caller }: Reached,
  nodePort: number | undefined,
  entries: readonly EntryUrl[],
  update: Update,
): Promise<true> {
  const { plan, host, undo } = run;
  const { namespace, topology, timing } = plan;
  const isThere = await isNamespaceThere(caller, namespace, host.signal);
  if (!isThere) {
    undo.add(`delete namespace ${namespace}`, () =>
      onFreshCaller(plan.context, (fresh) => deleteNamespace(fresh, namespace)),
    );
  }
  const sizes = isThere ? (await readRollout(caller, { namespace, selector: scopeOf(topology) })).services : [];
  const objects = withSizes(manifestObjects(topology, { ...plan.options, nodePort }), topology, sizes);
  const [around, ...inside] = objects;
  await applyObjects(caller, [around!], () => {}, host.signal);
  // Pods that start without it take no orders from faults.
  await ensureControlToken(caller, namespace);
  await applyObjects(caller, inside, (done) => update((1 + done) / objects.length), host.signal);
  if (isThere) {
    await pruneObjects(caller, namespace, topology.name, objects);
    await clearSizes(caller, namespace, topology);
  }
  await writeClusterSpec(api, namespace, { topology, timing, entries });
  return true;
}

/** Label of everything of a topology. */
export function scopeOf({ name }: Topology): string {
  return `app.kubernetes.io/instance=${name}`;
}

/** A Deployment that runs keeps its size, within its bounds: whoever scaled it knew why. */
function withSizes(
  objects: readonly object[],
  { services }: Topology,
  sizes: readonly ServiceRollout[],
): readonly object[] {
  return objects.map((object) => {
    const { kind, metadata } = object as Manifest;
    const size = sizes.find(({ name }) => name === metadata.name);
    const service = services.find(({ name }) => kubernetesName(name) === metadata.name);
    if (kind !== "Deployment" || size === undefined || service === undefined) return object;
    const replicas = Math.min(service.maxReplicas, Math.max(service.minReplicas, size.desired));
    const { spec } = object as { readonly spec: object };
    return { ...object, spec: { ...spec, replicas } };
  });
}
