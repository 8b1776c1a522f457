import type { CoreV1EventList, V1Deployment, V1DeploymentList, V1Pod, V1PodList } from "@kubernetes/client-node";
import { callForJson } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { explainPods } from "../explain-pod.ts";
import type { PodTrouble } from "../pod-trouble.ts";

/** Deployments of a namespace, all of them or those with a label. */
export type RolloutScope = { readonly namespace: string; readonly selector: string };

export type ServiceRollout = { readonly name: string; readonly desired: number; readonly ready: number };

export type Rollout = {
  readonly services: readonly ServiceRollout[];
  /** Every Deployment runs what was applied last, and nothing else, with all replicas ready. */
  readonly isDone: boolean;
};

/** Last lines of a log that are asked for. */
const LOG_LINES = 20;

export async function readRollout(caller: ApiCaller, { namespace, selector }: RolloutScope): Promise<Rollout> {
  const query = `?labelSelector=${encodeURIComponent(selector)}`;
  const path = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments${query}`;
  const { items } = await callForJson<V1DeploymentList>(caller, { path }, `list Deployments of ${namespace}`);
  const services = items.map(({ metadata, spec, status }) => ({
    name: metadata?.name ?? "",
    desired: spec?.replicas ?? 0,
    ready: status?.readyReplicas ?? 0,
  }));
  return { services, isDone: items.every(isSettled) };
}

function isSettled({ metadata, spec, status }: V1Deployment): boolean {
  const desired = spec?.replicas ?? 0;
  const isSeen = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = status ?? {};
  return isSeen && replicas === desired && updatedReplicas === desired && readyReplicas === desired;
}

/** What keeps pods of the scope from running, with what the API server knows around them. */
export async function readTroubles(
  caller: ApiCaller,
  { namespace, selector }: RolloutScope,
): Promise<readonly PodTrouble[]> {
  const base = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const query = `?labelSelector=${encodeURIComponent(selector)}`;
  const [pods, events] = await Promise.all([
    callForJson<V1PodList>(caller, { path: `${base}/pods${query}` }, `list pods of ${namespace}`),
    callForJson<CoreV1EventList>(caller, { path: `${base}/events` }, `list events of ${namespace}`),
  ]);
  const logs = new Map<string, string>();
  for (const pod of pods.items) {
    const name = pod.metadata?.name ?? "";
    if (hasEnded(pod)) logs.set(name, await readLog(caller, base, pod));
  }
  const isLeaving = new Set(pods.items.filter(({ metadata }) => metadata?.deletionTimestamp !== undefined));
  const staying = pods.items.filter((pod) => !isLeaving.has(pod));
  const oldestFirst = events.items.toSorted((a, b) => timeOf(a) - timeOf(b));
  return explainPods(staying, oldestFirst, (pod) => logs.get(pod) ?? "");
}

function hasEnded({ status }: V1Pod): boolean {
  const container = status?.containerStatuses?.[0];
  return (container?.restartCount ?? 0) > 0 || container?.state?.terminated !== undefined;
}

/** Of the container's last life where it has had one; empty where the node has none any more. */
async function readLog(caller: ApiCaller, base: string, { metadata, status }: V1Pod): Promise<string> {
  const isRunningAgain = status?.containerStatuses?.[0]?.state?.running !== undefined;
  const previous = isRunningAgain ? "&previous=true" : "";
  const path = `${base}/pods/${encodeURIComponent(metadata?.name ?? "")}/log?tailLines=${LOG_LINES}${previous}`;
  const answer = await caller.call({ path });
  return answer.status === 200 ? answer.text : "";
}

function timeOf({ lastTimestamp, eventTime, metadata }: CoreV1EventList["items"][number]): number {
  return Date.parse(String(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? ""));
}
