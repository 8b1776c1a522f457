import type { RunTool } from "../run-tool.ts";
import { openKubernetesApi } from "../api.ts";
import { createApiCaller } from "../cluster/api-caller.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { ensureKindContext, kindContext, listKindClusters, type KindTools } from "./kind.ts";
import { type KindRecord, isBeingMade, isHalfMade, listKindRecords, removeKindRecord } from "./kind-record.ts";

/** A cluster of kind on which karma runs something, and how it stands. */
export type KnownCluster = KindRecord & { readonly state: "up" | "half-made" | "being-made" };

/** The clusters of kind that karma knows; those that somebody deleted are forgotten. Without any, kind is not asked. */
export async function knownKindClusters(run: RunTool): Promise<readonly KnownCluster[]> {
  const records = listKindRecords();
  if (records.length === 0) return [];
  const there = new Set(await listKindClusters(run));
  return records.flatMap((record): readonly KnownCluster[] => {
    if (isBeingMade(record)) return [{ ...record, state: "being-made" }];
    if (isHalfMade(record)) return [{ ...record, state: "half-made" }];
    if (there.has(record.cluster)) return [{ ...record, state: "up" }];
    removeKindRecord(record.cluster);
    return [];
  });
}

/** Does something with the API server of a cluster of kind. */
export async function onKindCluster<Value>(
  tools: KindTools,
  cluster: string,
  work: (caller: ApiCaller) => Promise<Value>,
): Promise<Value> {
  await ensureKindContext(tools, cluster);
  return onContext(kindContext(cluster), work);
}

/** Does something with the API server of a context. */
export async function onContext<Value>(context: string, work: (caller: ApiCaller) => Promise<Value>): Promise<Value> {
  const caller = createApiCaller(await openKubernetesApi(context));
  try {
    return await work(caller);
  } finally {
    await caller.close();
  }
}
