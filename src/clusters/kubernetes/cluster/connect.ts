import type { Clock } from "../../../core/clock.ts";
import { KarmaError } from "../../../core/errors.ts";
import { createRealClock } from "../../../host/clock.ts";
import { createApiCaller } from "./api-caller.ts";
import type { ApiAccess, ApiCaller } from "./api-request.ts";
import type { KubernetesClusterClient } from "./client.ts";
import { type StoredClusterSpec, askClusterSpec } from "./cluster-spec.ts";
import { type ClusterWorld, createClient } from "./create-client.ts";
import { readSizes } from "./deployments.ts";
import { startMetrics } from "./metrics-of-services.ts";
import { askNodes } from "./node-facts.ts";
import { ownEntries } from "./own-entries.ts";
import { createPodRegistry } from "./pod-registry.ts";
import { createLaterFailures } from "./later-failures.ts";
import type { PodState } from "./pod-state.ts";
import { instanceSelector, podsPath } from "./selectors.ts";
import { serverNowMs } from "./server-time.ts";
import { watchPods } from "./watch-pods.ts";

/**
 * The topology that runs in a namespace. Its events are those from now on; pods that were gone before are not in its
 * pod-seconds. To be closed.
 *
 * @throws KarmaError NOT_READY where nothing of karma runs there, or nobody answers
 */
export async function connectKubernetesCluster(api: ApiAccess, namespace: string): Promise<KubernetesClusterClient> {
  const caller = createApiCaller(api);
  try {
    const spec = await askClusterSpec(caller, namespace);
    if (spec === undefined) throw nothingThere(namespace, api.context);
    const entries = await ownEntries(caller, spec.entries);
    return createClient(await openWorld(caller, namespace, { ...spec, entries }));
  } catch (error) {
    await caller.close();
    throw error;
  }
}

function nothingThere(namespace: string, context: string): KarmaError {
  const message = `no cluster of karma is up in namespace ${namespace} of context ${context}`;
  return new KarmaError("NOT_READY", message, "start it with `karma cluster up`");
}

async function openWorld(caller: ApiCaller, namespace: string, spec: StoredClusterSpec): Promise<ClusterWorld> {
  const { topology } = spec;
  const clock = clockSince(spec);
  const createdAtMs = (pod: PodState): number => pod.createdMs - spec.createdMs;
  const ageMs = (pod: PodState): number => Math.max(0, clock.nowMs() - createdAtMs(pod));
  const sizes = await readSizes(caller, namespace, topology);
  const nodes = await askNodes(caller);
  const names = new Set(topology.services.map(({ name }) => name));
  const registry = createPodRegistry(
    names,
    () => clock.nowMs(),
    (pod) => Math.min(clock.nowMs(), ageMs(pod)),
    new Map(topology.services.map(({ name, cpuMilli }) => [name, Math.max(1, Math.round(cpuMilli))])),
  );
  const watch = await watchPods(caller, `${podsPath(namespace)}?${instanceSelector(topology.name)}`, registry);
  const later = createLaterFailures();
  const metrics = startMetrics({ caller, namespace, spec, registry, clock, createdAtMs, onFailure: later.note });
  return { caller, namespace, spec, clock, nodes, registry, watch, metrics, sizes, ageMs, later };
}

/** Zero is when the cluster was first described. Steady from now on, whatever happens to the machine's time. */
function clockSince({ createdMs, readMs }: StoredClusterSpec): Clock {
  const real = createRealClock();
  const offsetMs = Math.max(0, serverNowMs({ serverMs: readMs }) - createdMs) - real.nowMs();
  return {
    nowMs: () => real.nowMs() + offsetMs,
    sleepUntil: (atMs, signal) => real.sleepUntil(atMs - offsetMs, signal),
  };
}
