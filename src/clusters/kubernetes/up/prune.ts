import { callForJson } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { type Manifest, deleteObject, listPath } from "./apply.ts";
import { OWNED_BY_KARMA } from "./namespace.ts";

/** Kinds of which a topology may have had objects that it has no more. */
const pruned: readonly (readonly [apiVersion: string, kind: string])[] = [
  ["apps/v1", "Deployment"],
  ["v1", "Service"],
  ["v1", "ConfigMap"],
  ["networking.k8s.io/v1", "NetworkPolicy"],
];

type Named = { readonly items: readonly { readonly metadata: { readonly name: string } }[] };

/** Deletes what an earlier version of the topology had in its namespace; only what names the topology is looked at. */
export async function pruneObjects(
  caller: ApiCaller,
  namespace: string,
  topology: string,
  kept: readonly object[],
): Promise<readonly string[]> {
  const keys = new Set(kept.map((object) => keyOf(object as Manifest)));
  const selector = encodeURIComponent(`${OWNED_BY_KARMA},app.kubernetes.io/instance=${topology}`);
  const deleted: string[] = [];
  for (const [apiVersion, kind] of pruned) {
    const path = `${listPath(apiVersion, kind, namespace)}?labelSelector=${selector}`;
    const { items } = await callForJson<Named>(caller, { path }, `list objects of kind ${kind} in ${namespace}`);
    for (const { metadata } of items) {
      const object = { apiVersion, kind, metadata: { name: metadata.name, namespace } };
      if (keys.has(keyOf(object))) continue;
      await deleteObject(caller, object);
      deleted.push(`${kind} ${metadata.name}`);
    }
  }
  return deleted;
}

function keyOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}
