import { randomBytes } from "node:crypto";
import { KarmaError } from "../../../core/errors.ts";
import { createRealClock, epochMs } from "../../../host/clock.ts";
import { findResult, packSpec } from "../../load/load-codec.ts";
import type { LoadResult } from "../../load/load-result.ts";
import type { LoadSpec } from "../../load/load-spec.ts";
import { callForJson, refusal } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { podsPath } from "../cluster/selectors.ts";
import { LOAD_LABEL, loadConfigMap, loadJob } from "./load-job.ts";
import { readProgram } from "./program.ts";

/** What etcd takes at once, less the program. */
const MOST_BYTES = 900_000;
/** Until the generator runs, and for its last answers, s. */
const PATIENCE_S = 120;
const LOOK_MS = 1_000;

export type InCluster = { readonly caller: ApiCaller; readonly namespace: string; readonly image: string };

type Pods = {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status?: { readonly phase?: string };
  }[];
};

/** Sends a load from a pod of its own in the namespace, as a Job; the result comes through its log. Leaves nothing. */
export async function runLoadInCluster(where: InCluster, spec: LoadSpec, signal: AbortSignal): Promise<LoadResult> {
  const bytes = packSpec(spec);
  if (bytes.length > MOST_BYTES) throw tooLong(bytes.length);
  const name = `karma-load-${randomBytes(4).toString("hex")}`;
  const lastMs = Math.max(0, ...[spec, ...(spec.floods ?? [])].map(({ startTimesMs }) => startTimesMs.at(-1) ?? 0));
  const waitS = Math.max(0, ((spec.startAtEpochMs ?? 0) - epochMs()) / 1_000);
  const seconds = waitS + (lastMs + spec.timeoutMs) / 1_000 + PATIENCE_S;
  try {
    await start(where, name, seconds, bytes);
    return await resultOf(where, name, epochMs() + seconds * 1_000, signal);
  } finally {
    await remove(where, name);
  }
}

async function start(
  { caller, namespace, image }: InCluster,
  name: string,
  seconds: number,
  spec: Buffer,
): Promise<void> {
  const { metadata } = await callForJson<{ readonly metadata: { readonly uid: string } }>(
    caller,
    { method: "POST", path: jobsPath(namespace), body: loadJob(name, image, seconds) },
    `create Job ${name}`,
  );
  // The pod waits for it.
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`;
  const body = loadConfigMap(name, metadata.uid, readProgram(), spec);
  await callForJson(caller, { method: "POST", path, body }, `create ConfigMap ${name}`);
}

async function resultOf(where: InCluster, name: string, untilMs: number, signal: AbortSignal): Promise<LoadResult> {
  const { caller, namespace } = where;
  const path = `${podsPath(namespace)}?labelSelector=${encodeURIComponent(`batch.kubernetes.io/job-name=${name}`)}`;
  const clock = createRealClock();
  for (;;) {
    signal.throwIfAborted();
    const { items } = await callForJson<Pods>(caller, { path }, `find the pod of Job ${name}`);
    const over = items.find(({ status }) => status?.phase === "Succeeded" || status?.phase === "Failed");
    if (over !== undefined) return readResult(where, over.metadata.name);
    if (epochMs() > untilMs) throw failed(name, `its pod is ${items[0]?.status?.phase ?? "not there"}`);
    await clock.sleepUntil(clock.nowMs() + LOOK_MS, signal);
  }
}

async function readResult({ caller, namespace }: InCluster, pod: string): Promise<LoadResult> {
  const answer = await caller.call({ path: `${podsPath(namespace)}/${pod}/log` });
  if (answer.status >= 300) throw refusal(caller.context, answer, `read the log of pod ${pod}`);
  const result = findResult(answer.text);
  if (result !== undefined) return result;
  throw failed(pod, answer.text.trim().split("\n").slice(-3).join("; ").slice(0, 400));
}

/** ConfigMap and pod belong to the Job and go with it. */
async function remove({ caller, namespace }: InCluster, name: string): Promise<void> {
  const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" };
  const answer = await caller.call({ method: "DELETE", path: `${jobsPath(namespace)}/${name}`, body });
  if (answer.status >= 300 && answer.status !== 404) throw refusal(caller.context, answer, `delete Job ${name}`);
}

function jobsPath(namespace: string): string {
  return `/apis/batch/v1/namespaces/${encodeURIComponent(namespace)}/jobs`;
}

function tooLong(bytes: number): KarmaError {
  const message = `expected a load of at most ${MOST_BYTES} bytes for a Job, found ${bytes}`;
  return new KarmaError(
    "INPUT_INVALID",
    message,
    "send fewer requests, or for a shorter time, or not with --in-cluster",
  );
}

function failed(name: string, why: string): KarmaError {
  const hint = `kubectl get events, pods --selector ${LOAD_LABEL}: has the cluster room for it?`;
  return new KarmaError("TOOL_FAILED", `the load generator ${name} gave no result: ${why}`, hint);
}
