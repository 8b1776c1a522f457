import { FIELD_MANAGER } from "../api.ts";
import { callForJson, refusal } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";

/** An object as a manifest has it. */
export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
};

/** Kinds that karma applies: the word for them in paths, and whether they are in a namespace. */
const kinds: Readonly<Record<string, readonly [plural: string, isNamespaced: boolean]>> = {
  Namespace: ["namespaces", false],
  ConfigMap: ["configmaps", true],
  Service: ["services", true],
  ServiceAccount: ["serviceaccounts", true],
  Deployment: ["deployments", true],
  HorizontalPodAutoscaler: ["horizontalpodautoscalers", true],
  NetworkPolicy: ["networkpolicies", true],
  ClusterRole: ["clusterroles", false],
  ClusterRoleBinding: ["clusterrolebindings", false],
  Role: ["roles", true],
  RoleBinding: ["rolebindings", true],
  APIService: ["apiservices", false],
};

/** Path of an object on the API server. */
export function objectPath({ apiVersion, kind, metadata }: Manifest): string {
  return `${listPath(apiVersion, kind, metadata.namespace)}/${encodeURIComponent(metadata.name)}`;
}

export function listPath(apiVersion: string, kind: string, namespace: string | undefined): string {
  const known = kinds[kind];
  if (known === undefined) throw new Error(`no path for objects of kind ${kind}`);
  const [plural, isNamespaced] = known;
  const group = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
  return `${group}${isNamespaced ? `/namespaces/${encodeURIComponent(namespace ?? "default")}` : ""}/${plural}`;
}

/**
 * Applies objects on the server's side, one after another: fields that others set stay theirs, those that karma sets
 * become karma's, and a field that Kubernetes does not know is an error.
 */
export async function applyObjects(
  caller: ApiCaller,
  objects: readonly object[],
  onDone: (done: number) => void,
  signal: AbortSignal,
): Promise<void> {
  for (const [index, object] of objects.entries()) {
    signal.throwIfAborted();
    const manifest = object as Manifest;
    const asked = {
      method: "PATCH",
      path: `${objectPath(manifest)}?fieldManager=${FIELD_MANAGER}&force=true&fieldValidation=Strict`,
      contentType: "application/apply-patch+yaml",
      body: object,
      signal,
    } as const;
    await callForJson(caller, asked, `apply ${manifest.kind} ${manifest.metadata.name}`);
    onDone(index + 1);
  }
}

/** Deletes an object; one that is not there is as good as deleted. */
export async function deleteObject(caller: ApiCaller, object: Manifest): Promise<void> {
  const answer = await caller.call({ method: "DELETE", path: objectPath(object) });
  if (answer.status >= 300 && answer.status !== 404) {
    throw refusal(caller.context, answer, `delete ${object.kind} ${object.metadata.name}`);
  }
}
