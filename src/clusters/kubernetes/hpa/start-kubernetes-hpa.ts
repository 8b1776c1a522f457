import type { Decision } from "../../../control/loop/autoscaler.ts";
import type { Clock } from "../../../core/clock.ts";
import { KarmaError } from "../../../core/errors.ts";
import { kubernetesName } from "../../../system/compile/kubernetes-names.ts";
import type { Topology } from "../../../system/topology/topology.ts";
import { createApiCaller } from "../cluster/api-caller.ts";
import { callForJson } from "../cluster/api-failure.ts";
import type { ApiAccess, ApiCaller } from "../cluster/api-request.ts";
import { applyHpa, removeHpa } from "./apply-hpa.ts";
import { requireResourceMetrics } from "./require-metrics.ts";
import { kubernetesHpaConfig } from "./hpa-spec-text.ts";
import { type HpaEvent, type SeenSize, createSizeLog } from "./size-log.ts";

/** Kubernetes decides every 15 s, so that no two decisions on a Deployment fall between two looks. */
const LOOK_MS = 1_000;
const LAST_TRIES = 5;

export type KubernetesHpaOptions = {
  /** `kubernetes-hpa`, `kubernetes-hpa:60,down=120`: options as of `hpa`. */
  readonly spec: string;
  /** Times of decisions are on it. */
  readonly clock: Clock;
  readonly onDecision?: (decision: Decision) => void;
};

/** A real HPA per service, at work. */
export type RunningHpa = {
  /** Size changes since the start, oldest first, as the API server has them. */
  decisions(): readonly Decision[];
  /** Removes the HPAs; sizes stay as they are. The failure of a look since the start, if any, is thrown here. */
  stop(): Promise<void>;
};

/**
 * Lets Kubernetes scale a topology, as the opponent of our autoscalers.
 *
 * @throws KarmaError NOT_READY where another autoscaler scales one of the Deployments already
 */
export async function startKubernetesHpa(
  access: ApiAccess,
  namespace: string,
  topology: Topology,
  { spec, clock, onDecision }: KubernetesHpaOptions,
): Promise<RunningHpa> {
  const config = kubernetesHpaConfig(spec, topology.services.length);
  const api = createApiCaller(access);
  const log = createSizeLog(serviceNames(topology));
  const look = async (): Promise<void> => {
    const [sizes, events] = [await sizesIn(api, namespace), await eventsIn(api, namespace)];
    log.see(clock.nowMs(), sizes, events).forEach((decision) => onDecision?.(decision));
  };
  try {
    if (config.targetPercent !== undefined) await requireResourceMetrics(api);
    // The sizes before there is an HPA: its first decision is a change too.
    await look();
    await applyHpa(api, namespace, topology, config);
  } catch (error) {
    await api.close();
    throw error;
  }
  const looking = keepLooking(look, clock);
  return {
    decisions: () => log.decisions(),
    stop: () =>
      endAll([
        () => looking.stop(),
        () => removeHpa(api, namespace, topology),
        () => lastLook(look, clock),
        () => api.close(),
      ]),
  };
}

/** All of them, whatever fails; then the first failure. */
async function endAll(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

function serviceNames(topology: Topology): (deployment: string) => string | undefined {
  const names = new Map(topology.services.map(({ name }) => [kubernetesName(name), name]));
  return (deployment) => names.get(deployment);
}

function keepLooking(look: () => Promise<void>, clock: Clock): { stop(): Promise<void> } {
  const ended = new AbortController();
  const work = (async () => {
    for (;;) {
      await clock.sleepUntil(clock.nowMs() + LOOK_MS, ended.signal);
      await look().catch(unlessPassing);
    }
  })().catch((error: unknown) => {
    if (!ended.signal.aborted) return error;
    return undefined;
  });
  return {
    async stop() {
      ended.abort();
      const failure = await work;
      if (failure !== undefined) throw failure;
    },
  };
}

/** An API server that does not answer now is asked again; who plays on the cluster asks whether it is gone. */
function unlessPassing(error: unknown): void {
  if (error instanceof KarmaError && error.code === "NOT_READY") return;
  throw error;
}

/** The last look has no next one: it is worth some tries. */
async function lastLook(look: () => Promise<void>, clock: Clock): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await look();
    } catch (error) {
      if (tries === LAST_TRIES) throw error;
      unlessPassing(error);
    }
    await clock.sleepUntil(clock.nowMs() + LOOK_MS);
  }
}

async function sizesIn(api: ApiCaller, namespace: string): Promise<readonly SeenSize[]> {
  type List = {
    readonly items: readonly { readonly metadata: Named; readonly spec: { readonly replicas?: number } }[];
  };
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const { items } = await callForJson<List>(api, { path }, `list Deployments in ${namespace}`);
  return items.map(({ metadata, spec }) => ({ name: metadata.name, replicas: spec.replicas ?? 1 }));
}

async function eventsIn(api: ApiCaller, namespace: string): Promise<readonly HpaEvent[]> {
  type Event = { readonly involvedObject: Named; readonly message?: string; readonly lastTimestamp?: string };
  const path = `/api/v1/namespaces/${namespace}/events?fieldSelector=reason%3DSuccessfulRescale`;
  const what = `list events in ${namespace}`;
  const { items } = await callForJson<{ readonly items: readonly Event[] }>(api, { path }, what);
  return items
    .toSorted((a, b) => (a.lastTimestamp ?? "").localeCompare(b.lastTimestamp ?? ""))
    .map(({ involvedObject, message = "" }) => ({ name: involvedObject.name, message }));
}

type Named = { readonly name: string };
