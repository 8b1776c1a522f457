import { setTimeout as sleep } from "node:timers/promises";
import type { V1Namespace, V1NamespaceList } from "@kubernetes/client-node";
import { KarmaError } from "../../../core/errors.ts";
import { readJson, refusal } from "../cluster/api-failure.ts";
import type { ApiAnswer, ApiCaller } from "../cluster/api-request.ts";
import { deleteObject } from "./apply.ts";

export const OWNED_BY_KARMA = "app.kubernetes.io/managed-by=karma-sim";
const AGAIN_MS = 500;
/** Pods have half a minute to end. */
const PATIENCE_MS = 90_000;

/** Undefined where there is none. */
async function readNamespace(caller: ApiCaller, name: string): Promise<V1Namespace | undefined> {
  const answer = await caller.call({ path: `/api/v1/namespaces/${encodeURIComponent(name)}` });
  if (answer.status === 404) return undefined;
  if (answer.status >= 300) throw refusal(caller.context, answer, `read namespace ${name}`);
  return JSON.parse(answer.text) as V1Namespace;
}

/** Namespaces that karma made on this cluster. */
export async function ownNamespaces(caller: ApiCaller): Promise<readonly string[]> {
  const answer = await caller.call({ path: OWN_NAMESPACES });
  return namesIn(caller, answer);
}

/** As {@link ownNamespaces}; undefined where one may not see the namespaces of a cluster. */
export async function visibleNamespaces(caller: ApiCaller): Promise<readonly string[] | undefined> {
  const answer = await caller.call({ path: OWN_NAMESPACES });
  return answer.status === 403 ? undefined : namesIn(caller, answer);
}

const OWN_NAMESPACES = `/api/v1/namespaces?labelSelector=${encodeURIComponent(OWNED_BY_KARMA)}`;

function namesIn(caller: ApiCaller, answer: ApiAnswer): readonly string[] {
  if (answer.status >= 300) throw refusal(caller.context, answer, "list namespaces");
  const { items } = readJson(caller.context, answer, "list namespaces") as V1NamespaceList;
  return items.flatMap(({ metadata }) => metadata?.name ?? []);
}

/** True for a namespace that is seen to be there and to stay, whoever made it. */
export async function isSeen(caller: ApiCaller, name: string): Promise<boolean> {
  const answer = await caller.call({ path: `/api/v1/namespaces/${encodeURIComponent(name)}` });
  if (answer.status !== 200) return false;
  const { status } = readJson(caller.context, answer, `read namespace ${name}`) as V1Namespace;
  return status?.phase !== "Terminating";
}

/** True for a namespace that is there and that karma made. */
export async function isOwnNamespace(caller: ApiCaller, name: string): Promise<boolean> {
  return isKarmas(await readNamespace(caller, name));
}

function isKarmas(namespace: V1Namespace | undefined): boolean {
  return namespace?.metadata?.labels?.["app.kubernetes.io/managed-by"] === "karma-sim";
}

/**
 * Whether the namespace is there, once one that is on its way out has gone.
 * @throws KarmaError where there is one that karma did not make
 */
export async function isNamespaceThere(caller: ApiCaller, name: string, signal: AbortSignal): Promise<boolean> {
  const found = await settled(caller, name, signal);
  if (found === undefined) return false;
  if (isKarmas(found)) return true;
  throw new KarmaError(
    "INPUT_INVALID",
    `expected namespace ${name} of context ${caller.context} to be karma's or not there, found one that others made`,
    "give the topology a field `name` of its own",
  );
}

async function settled(caller: ApiCaller, name: string, signal: AbortSignal): Promise<V1Namespace | undefined> {
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await readNamespace(caller, name);
    if (found?.status?.phase !== "Terminating") return found;
    if (performance.now() > untilMs) throw stuck(name);
    await sleep(AGAIN_MS, undefined, { signal });
  }
}

/** Deletes a namespace with all that is in it, and waits until it has gone. */
export async function deleteNamespace(caller: ApiCaller, name: string): Promise<void> {
  await deleteObject(caller, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const untilMs = performance.now() + PATIENCE_MS;
  while ((await readNamespace(caller, name)) !== undefined) {
    if (performance.now() > untilMs) throw stuck(name);
    await sleep(AGAIN_MS);
  }
}

function stuck(name: string): KarmaError {
  const hint = `kubectl get namespace ${name} --output yaml says what it waits for`;
  return new KarmaError("NOT_READY", `namespace ${name} does not go away`, hint);
}
