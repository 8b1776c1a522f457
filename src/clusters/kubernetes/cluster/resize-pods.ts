import type { Resize } from "../../../control/loop/cluster.ts";
import { KarmaError } from "../../../core/errors.ts";
import { refusal } from "./api-failure.ts";
import type { ApiCaller } from "./api-request.ts";
import { FIELD_MANAGER } from "../api.ts";
import { annotateSize, resizeTemplate } from "./deployments.ts";
import { cpuResources } from "./cpu-resources.ts";
import type { PodRegistry } from "./pod-registry.ts";
import type { PodState } from "./pod-state.ts";
import { whyNoResize } from "./resize-support.ts";
import { podsPath } from "./selectors.ts";
import { untilPods } from "./until-pods.ts";

/** The kubelet looks at a resize within seconds. */
const PATIENCE_MS = 30_000;
const TAKE_BACK_MS = 10_000;

export type ResizeWay = {
  readonly caller: ApiCaller;
  readonly namespace: string;
  readonly registry: PodRegistry;
  /** Sizes that pods shall have, by service, millicores; pods to come too. */
  readonly wanted: Map<string, number>;
  /** Told what goes wrong with pods to come. */
  readonly onFailure: (error: unknown) => void;
};

/** Gives all pods of a service a CPU limit, those to come too; requests keep their share of it. */
export function createResize(way: ResizeWay): (service: string, cpuMilli: number) => Promise<Resize> {
  const { caller, namespace, registry, wanted } = way;
  resizePodsToCome(way);
  return async (service, cpuMilli) => {
    const why = await whyNoResize(caller);
    if (why !== undefined) {
      await resizeTemplate(caller, namespace, service, cpuMilli, shareOf(registry.of(service)));
      return { how: "replaced", why };
    }
    const before = wanted.get(service);
    const pods = current(registry, service);
    wanted.set(service, cpuMilli);
    try {
      await Promise.all(pods.map((pod) => resizePod(way, pod, cpuMilli)));
      await untilGiven(way, pods, service, cpuMilli);
    } catch (error) {
      if (before === undefined) wanted.delete(service);
      else wanted.set(service, before);
      await takeBack(way, pods, service);
      throw error;
    }
    await annotateSize(caller, namespace, service, cpuMilli);
    return { how: "in-place" };
  };
}

/** Pods made from the Deployment's template have its size, until they are told. */
function resizePodsToCome(way: ResizeWay): void {
  const { registry, wanted, onFailure } = way;
  /** So that a pod which refuses is not told for ever. */
  const told = new Map<string, number>();
  registry.onChange(() => {
    for (const [service, cpuMilli] of wanted) {
      for (const pod of current(registry, service)) {
        if (pod.wantedMilli === cpuMilli || told.get(pod.uid) === cpuMilli) continue;
        told.set(pod.uid, cpuMilli);
        resizePod(way, pod, cpuMilli).catch(onFailure);
      }
    }
  });
}

function current(registry: PodRegistry, service: string): readonly PodState[] {
  return registry.of(service).filter(({ isRunning, isTerminating }) => isRunning && !isTerminating);
}

export async function resizePod(
  { caller, namespace }: Pick<ResizeWay, "caller" | "namespace">,
  pod: PodState,
  cpuMilli: number,
): Promise<void> {
  const answer = await caller.call({
    method: "PATCH",
    path: `${podsPath(namespace)}/${pod.name}/resize?fieldManager=${FIELD_MANAGER}`,
    contentType: "application/strategic-merge-patch+json",
    body: { metadata: { uid: pod.uid }, spec: cpuResources(cpuMilli, pod.requestShare) },
  });
  // A pod that goes meanwhile needs no size.
  if (answer.status < 300 || answer.status === 404 || answer.status === 409) return;
  throw refusal(caller.context, answer, `resize pod ${pod.name}`);
}

/** @throws KarmaError where a node refuses one of the pods, or says nothing */
async function untilGiven(
  { registry }: ResizeWay,
  pods: readonly PodState[],
  service: string,
  cpuMilli: number,
): Promise<void> {
  const uids = new Set(pods.map(({ uid }) => uid));
  const outcome = await untilPods(
    registry,
    () => {
      const left = current(registry, service).filter(({ uid }) => uids.has(uid));
      const refused = left.find(({ refusedSize }) => refusedSize !== "")?.refusedSize;
      return refused ?? (left.every(({ limitMilli }) => limitMilli === cpuMilli) ? "" : undefined);
    },
    PATIENCE_MS,
  );
  if (outcome === "") return;
  throw notResized(service, cpuMilli, outcome ?? `the nodes said nothing for ${PATIENCE_MS / 1_000} s`);
}

/** Gives pods the size back that they had, and waits until no refusal is left that the next resize would meet. */
async function takeBack(way: ResizeWay, pods: readonly PodState[], service: string): Promise<void> {
  await Promise.all(pods.map((pod) => resizePod(way, pod, pod.wantedMilli)));
  const areAllContent = (): boolean => current(way.registry, service).every(({ refusedSize }) => refusedSize === "");
  await untilPods(way.registry, () => areAllContent() || undefined, TAKE_BACK_MS);
}

function shareOf(pods: readonly PodState[]): number {
  return pods[0]?.requestShare ?? 1;
}

function notResized(service: string, cpuMilli: number, why: string): KarmaError {
  return new KarmaError(
    "NOT_READY",
    `the pods of ${service} keep their size, ${cpuMilli}m cannot be had: ${why}`,
    "ask for less, scale out instead, or add a node",
  );
}
