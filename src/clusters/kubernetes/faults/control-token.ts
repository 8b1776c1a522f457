import { randomBytes } from "node:crypto";
import { CONTROL_SECRET } from "../../../system/compile/container.ts";
import { readJson, refusal } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";

/**
 * Makes the token by which pods of a namespace take orders, where there is none. To be called before the pods start:
 * those that started without it take none. Where Secrets may not be made, there are no such faults, and all else works.
 */
export async function ensureControlToken(caller: ApiCaller, namespace: string): Promise<void> {
  const body = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: CONTROL_SECRET.name,
      labels: { "app.kubernetes.io/part-of": "karma", "app.kubernetes.io/managed-by": "karma-sim" },
    },
    type: "Opaque",
    immutable: true,
    stringData: { [CONTROL_SECRET.key]: randomBytes(24).toString("hex") },
  };
  const answer = await caller.call({ method: "POST", path: secretsPath(namespace), body });
  // 409: there is one.
  if (answer.status < 300 || answer.status === 409 || answer.status === 403) return;
  throw refusal(caller.context, answer, `create Secret ${CONTROL_SECRET.name} in ${namespace}`);
}

/** Undefined where there is none. */
export async function readControlToken(caller: ApiCaller, namespace: string): Promise<string | undefined> {
  const path = `${secretsPath(namespace)}/${CONTROL_SECRET.name}`;
  const answer = await caller.call({ path });
  if (answer.status === 404) return undefined;
  const what = `read Secret ${CONTROL_SECRET.name} in ${namespace}`;
  if (answer.status >= 300) throw refusal(caller.context, answer, what);
  const { data } = readJson(caller.context, answer, what) as { readonly data?: Readonly<Record<string, string>> };
  const encoded = data?.[CONTROL_SECRET.key];
  return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString("utf8");
}

function secretsPath(namespace: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`;
}
