import { requireService } from "../../../control/loop/check-request.ts";
import { epochMs } from "../../../host/clock.ts";
import { type FaultOrder, orderOf, standingOf } from "../../../system/compile/fault-orders.ts";
import type { Topology } from "../../../system/topology/topology.ts";
import type { ClusterFault } from "../../../system/workload/fault.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { deletePod } from "../cluster/delete-pod.ts";
import type { PodRegistry } from "../cluster/pod-registry.ts";
import type { PodState } from "../cluster/pod-state.ts";
import { allDone } from "./all-done.ts";
import { readControlToken } from "./control-token.ts";
import { startCrashLoop } from "./crash-loop.ts";
import { endNeighbours, startNeighbour } from "./neighbours.ts";
import { changeStanding } from "./standing-faults.ts";
import { type Orders, takesNone, tellPod } from "./tell-pod.ts";

export type FaultWay = {
  readonly caller: ApiCaller;
  readonly namespace: string;
  readonly registry: PodRegistry;
  readonly spec: { readonly topology: Topology };
  /** Told what goes wrong after `inject` has returned. */
  readonly onFailure: (error: unknown) => void;
};

/** Faults on Kubernetes. Pods and Jobs end them by themselves, so that nothing is left when this process dies. */
export type KubernetesFaults = {
  inject(fault: ClusterFault): Promise<void>;
  heal(): Promise<void>;
  /** Crashes no further pods; whatever else was started ends in its time. */
  stop(): void;
};

export function createKubernetesFaults(way: FaultWay): KubernetesFaults {
  const { caller, namespace, registry, spec } = way;
  const loops = new Set<{ readonly stop: () => void }>();

  function stop(): void {
    for (const loop of loops) loop.stop();
    loops.clear();
  }

  async function crashLoop({ service, replicas, durationMs }: ClusterFault & { kind: "crash-loop" }): Promise<void> {
    const orders = await ordersOf(way);
    const end = (pod: PodState): void => void tellPod(orders, pod.name, { kind: "exit" }).catch(way.onFailure);
    loops.add(startCrashLoop({ registry, nowMs: epochMs, end }, service, replicas, epochMs() + durationMs));
  }

  return {
    async inject(fault) {
      requireService(spec.topology, fault.service);
      if (fault.kind === "kill-pod") return kill(way, fault.service, fault.count);
      if (fault.kind === "contention") return startNeighbour(caller, namespace, spec.topology.name, fault);
      if (fault.kind === "crash-loop") return crashLoop(fault);
      await addStanding(way, fault);
      const order = orderOf(fault, fault.durationMs);
      if (order !== undefined) await tellPods(way, chosenPods(registry, fault), order);
    },
    async heal() {
      stop();
      const { services } = spec.topology;
      const standing = services.map(({ name }) => changeStanding(caller, namespace, name, () => []));
      // Pods that start are told by their configuration, those that run after it: none is left out.
      const told = Promise.allSettled(standing).then(() => healPods(way));
      await allDone([endNeighbours(caller, namespace), ...standing, told]);
    },
    stop,
  };
}

/** Without grace; the ReplicaSet makes another one. */
async function kill({ caller, namespace, registry }: FaultWay, service: string, count: number): Promise<void> {
  const killed = registry.ready(service).slice(0, count);
  await Promise.all(killed.map((pod) => deletePod(caller, namespace, pod, 0)));
}

/** Pods that start from now on find the fault in their configuration, and what is over is taken out of it. */
async function addStanding(
  { caller, namespace }: FaultWay,
  fault: ClusterFault & { durationMs: number },
): Promise<void> {
  const standing = standingOf(fault, epochMs() + fault.durationMs);
  if (standing === undefined) return;
  await changeStanding(caller, namespace, fault.service, (faults) => [
    ...faults.filter(({ kind, untilEpochMs }) => kind !== standing.kind && untilEpochMs > epochMs()),
    standing,
  ]);
}

function chosenPods(registry: PodRegistry, fault: ClusterFault): readonly PodState[] {
  if (fault.kind !== "failing-readiness") return registry.of(fault.service).filter(({ isRunning }) => isRunning);
  const ready = registry.ready(fault.service);
  return ready.slice(0, Math.ceil(fault.share * ready.length));
}

async function healPods(way: FaultWay): Promise<void> {
  const { caller, namespace, registry, spec } = way;
  if ((await readControlToken(caller, namespace)) === undefined) return;
  const pods = spec.topology.services.flatMap(({ name }) => registry.of(name)).filter(({ isRunning }) => isRunning);
  await tellPods(way, pods, { kind: "heal" });
}

async function tellPods(way: FaultWay, pods: readonly PodState[], order: FaultOrder): Promise<void> {
  if (pods.length === 0) return;
  const orders = await ordersOf(way);
  await allDone(pods.map(({ name }) => tellPod(orders, name, order)));
}

async function ordersOf({ caller, namespace, registry, spec }: FaultWay): Promise<Orders> {
  const token = await readControlToken(caller, namespace);
  const isReady = (pod: string): boolean =>
    spec.topology.services.some(({ name }) => registry.ready(name).some((one) => one.name === pod));
  if (token !== undefined) return { caller, namespace, token, isReady };
  throw takesNone(registry.of(spec.topology.services[0]!.name)[0]?.name ?? "of any service", namespace);
}
