import { checkCpuMilli, checkReplicas, requireService } from "../../../control/loop/check-request.ts";
import type { PodTime } from "../../../control/loop/running-cluster.ts";
import type { Readings } from "../../../control/readings/readings.ts";
import type { Clock } from "../../../core/clock.ts";
import { assembleReadings } from "../../metrics/assemble-readings.ts";
import { createKubernetesFaults } from "../faults/kubernetes-faults.ts";
import type { ApiCaller } from "./api-request.ts";
import type { KubernetesClusterClient, PodStatus } from "./client.ts";
import type { KubernetesClusterSpec } from "./cluster-spec.ts";
import { type Sizes, limitOf, readSizes, scaleDeployment } from "./deployments.ts";
import type { LaterFailures } from "./later-failures.ts";
import { createLossWatch } from "./loss-watch.ts";
import type { AllMetrics } from "./metrics-of-services.ts";
import type { NodeFacts } from "./node-facts.ts";
import type { PodRegistry } from "./pod-registry.ts";
import type { PodState } from "./pod-state.ts";
import { createResize } from "./resize-pods.ts";
import { type Restarts, createRestarts } from "./restart-pod.ts";
import type { PodWatch } from "./watch-pods.ts";

/** What stands behind a client. */
export type ClusterWorld = {
  readonly caller: ApiCaller;
  readonly namespace: string;
  readonly spec: KubernetesClusterSpec;
  readonly clock: Clock;
  readonly nodes: NodeFacts;
  readonly registry: PodRegistry;
  readonly watch: PodWatch;
  readonly metrics: AllMetrics;
  /** As they were when the client connected, by service. */
  readonly sizes: ReadonlyMap<string, Sizes>;
  readonly ageMs: (pod: PodState) => number;
  readonly later: LaterFailures;
};

export function createClient(world: ClusterWorld): KubernetesClusterClient {
  const { caller, namespace, spec, clock, registry, metrics, later } = world;
  const restarts = createRestarts({ ...world, onFailure: later.note });
  return {
    name: spec.topology.name,
    namespace,
    topology: spec.topology,
    timing: spec.timing,
    clock,
    ...world.nodes,
    entryUrls: () => spec.entries,
    async observe() {
      later.throwIfAny();
      return observe(world, restarts);
    },
    events: async () => registry.takeEvents(),
    podTime: async () => podTimeOf(world),
    whyLost: createLossWatch(caller, namespace, clock),
    sources: () => metrics.services.map((service) => service.sources()),
    pods: () => spec.topology.services.flatMap(({ name }) => registry.of(name).map((pod) => statusOf(world, pod))),
    ...createActions(world, restarts, later.note),
  };
}

type Actions = Pick<KubernetesClusterClient, "scale" | "restart" | "resize" | "inject" | "heal" | "close">;

function createActions(world: ClusterWorld, restarts: Restarts, onFailure: (error: unknown) => void): Actions {
  const { caller, namespace, spec, watch, metrics } = world;
  const { topology } = spec;
  const faults = createKubernetesFaults({ ...world, onFailure });
  const resize = createResize({ ...world, wanted: wantedSizes(world.sizes), onFailure });
  return {
    async scale(service, replicas) {
      checkReplicas(requireService(topology, service), replicas);
      await scaleDeployment(caller, namespace, service, replicas);
      restarts.resized(service, replicas);
    },
    async restart(service) {
      requireService(topology, service);
      const sizes = await readSizes(caller, namespace, topology);
      await restarts.restart(service, sizes.get(service)!.replicas);
    },
    async resize(service, cpuMilli) {
      checkCpuMilli(requireService(topology, service), cpuMilli);
      return resize(service, cpuMilli);
    },
    inject: (fault) => faults.inject(fault),
    heal: () => faults.heal(),
    async close() {
      faults.stop();
      metrics.stop();
      watch.stop();
      try {
        await restarts.finish();
      } finally {
        await caller.close();
      }
    },
  };
}

/** Sizes are asked for each time, so that a lost API server is noticed; pods are those of the watch. */
async function observe(world: ClusterWorld, restarts: Restarts): Promise<Readings> {
  const { caller, namespace, spec, clock, registry, watch, metrics } = world;
  const { topology } = spec;
  const sizes = await readSizes(caller, namespace, topology);
  for (const [service, { replicas }] of sizes) restarts.resized(service, replicas);
  const lost = watch.lost();
  if (lost !== undefined) throw lost;
  const atMs = clock.nowMs();
  const entries = new Set(topology.entries.map(({ service }) => service));
  return assembleReadings(
    atMs,
    topology.services.map(({ name, cpuMilli }, index) => ({
      desired: sizes.get(name)!.replicas,
      cpuMilli: limitOf(sizes.get(name)!, cpuMilli),
      ready: registry.ready(name).length,
      signals: metrics.services[index]!.signals(atMs),
      isEntry: entries.has(name),
    })),
  );
}

function podTimeOf({ registry, spec }: ClusterWorld): PodTime {
  const each = spec.topology.services.map(({ name }) => registry.podTime(name));
  return {
    podSeconds: each.map(({ podSeconds }) => podSeconds),
    sizedPodSeconds: each.map(({ sizedPodSeconds }) => sizedPodSeconds),
  };
}

function statusOf({ metrics, ageMs }: ClusterWorld, pod: PodState): PodStatus {
  const { service, name, isReady, isTerminating, restarts, limitMilli } = pod;
  const memoryMiB = metrics.usage().get(name)?.memoryMiB;
  return { service, name, isReady, isTerminating, restarts, cpuMilli: limitMilli, memoryMiB, ageMs: ageMs(pod) };
}

function wantedSizes(sizes: ReadonlyMap<string, Sizes>): Map<string, number> {
  return new Map(
    [...sizes].flatMap(([service, { cpuMilli }]) => (cpuMilli === undefined ? [] : [[service, cpuMilli]])),
  );
}
