import { openKubernetesApi } from "../clusters/kubernetes/api.ts";
import { readClusterSpec } from "../clusters/kubernetes/cluster/cluster-spec.ts";
import { runTool } from "../clusters/kubernetes/run-tool.ts";
import { ensureKindContext, kindContext, listKindClusters } from "../clusters/kubernetes/up/kind.ts";
import { listKindRecords } from "../clusters/kubernetes/up/kind-record.ts";
import type { Timing } from "../control/loop/timing.ts";
import { namespaceOf } from "../system/compile/kubernetes-names.ts";
import type { Topology } from "../system/topology/topology.ts";
import { tools } from "./cluster-up-run.ts";
import { isScaled } from "./is-scaled.ts";

/** A cluster of kind on which a topology runs. */
export type OnKind = { readonly context: string; readonly timing: Timing; readonly isSame: boolean };

/** Where on kind a topology of this name runs; the same topology, at whatever scale, before another of its name. */
export async function findOnKind(topology: Topology): Promise<OnKind | undefined> {
  const found: OnKind[] = [];
  for (const cluster of await candidates(topology)) {
    await ensureKindContext(tools, cluster);
    const context = kindContext(cluster);
    const spec = await readClusterSpec(await openKubernetesApi(context), namespaceOf(topology.name));
    if (spec !== undefined) found.push({ context, timing: spec.timing, isSame: isScaled(topology, spec.topology) });
  }
  return found.find(({ isSame }) => isSame) ?? found[0];
}

/** As {@link findOnKind}, where this karma has ever put something on kind; otherwise kind is not even asked. */
export async function findOnOwnKind(topology: Topology): Promise<OnKind | undefined> {
  return listKindRecords().length === 0 ? undefined : findOnKind(topology);
}

/** The topology's own cluster, and those that karma remembers; only such that exist. */
async function candidates({ name }: Topology): Promise<readonly string[]> {
  const there = await listKindClusters(runTool);
  const wanted = new Set([namespaceOf(name), ...listKindRecords().map(({ cluster }) => cluster)]);
  return there.filter((cluster) => wanted.has(cluster));
}
