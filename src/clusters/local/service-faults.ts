import { type FaultOrder, orderOf } from "../../system/compile/fault-orders.ts";
import type { ClusterFault } from "../../system/workload/fault.ts";
import type { Pod } from "./pod.ts";

/** What is wrong with the pods of one service at the moment. */
export type ServiceFaults = {
  start(fault: ClusterFault): void;
  heal(): void;
  /** Factor on the start-up time of a process that starts now. */
  startupFactor(): number;
  /** To be told when a process of a pod begins to listen: it hears of the faults that hold for all. */
  listening(pod: Pod): void;
  /** To be told when a pod has become ready. */
  ready(pod: Pod): void;
};

/** @param pods  those that exist, oldest first */
export function createServiceFaults(pods: () => readonly Pod[], nowMs: () => number): ServiceFaults {
  const running = createRunningFaults(nowMs);
  let looping: ReadonlySet<string> = new Set();

  function start(fault: ClusterFault): void {
    if (fault.kind === "kill-pod") return killAll(readyOf(pods()).slice(0, fault.count));
    running.add(fault);
    if (fault.kind === "crash-loop") {
      const victims = readyOf(pods()).slice(0, fault.replicas);
      looping = new Set(victims.map(({ name }) => name));
      return killAll(victims);
    }
    const order = orderOf(fault, fault.durationMs);
    if (order === undefined) return;
    tell(chosenFor(fault, pods()), order);
  }

  return {
    start,
    heal() {
      running.clear();
      looping = new Set();
      tell(pods(), { kind: "heal" });
    },
    startupFactor: () => running.find("slow-start")?.factor ?? 1,
    listening(pod) {
      for (const kind of ["bottleneck", "lost-metrics"] as const) {
        const fault = running.find(kind);
        if (fault === undefined) continue;
        const order = orderOf(fault, running.leftMs(kind));
        if (order !== undefined) tell([pod], order);
      }
    },
    ready(pod) {
      if (running.find("crash-loop") !== undefined && looping.has(pod.name)) pod.kill();
    },
  };
}

/** Of each kind the fault that began last, until it ends. */
type RunningFaults = {
  add(fault: LastingFault): void;
  find<Kind extends ClusterFault["kind"]>(kind: Kind): Extract<ClusterFault, { kind: Kind }> | undefined;
  /** How long the fault of this kind, which is running, goes on, ms. */
  leftMs(kind: ClusterFault["kind"]): number;
  clear(): void;
};

type LastingFault = Extract<ClusterFault, { readonly durationMs: number }>;

function createRunningFaults(nowMs: () => number): RunningFaults {
  const running = new Map<ClusterFault["kind"], { readonly fault: ClusterFault; readonly untilMs: number }>();
  return {
    add: (fault) => void running.set(fault.kind, { fault, untilMs: nowMs() + fault.durationMs }),
    find(kind) {
      const found = running.get(kind);
      if (found === undefined || nowMs() >= found.untilMs) return undefined;
      return isOf(found.fault, kind) ? found.fault : undefined;
    },
    leftMs: (kind) => running.get(kind)!.untilMs - nowMs(),
    clear: () => running.clear(),
  };
}

function isOf<Kind extends ClusterFault["kind"]>(
  fault: ClusterFault,
  kind: Kind,
): fault is Extract<ClusterFault, { kind: Kind }> {
  return fault.kind === kind;
}

function readyOf(pods: readonly Pod[]): readonly Pod[] {
  return pods.filter((pod) => pod.isReady);
}

/** Who hears of a fault: all, or a share of those that are ready. */
function chosenFor(fault: ClusterFault, pods: readonly Pod[]): readonly Pod[] {
  if (fault.kind !== "failing-readiness") return pods;
  const ready = readyOf(pods);
  return ready.slice(0, Math.ceil(fault.share * ready.length));
}

function killAll(pods: readonly Pod[]): void {
  for (const pod of pods) pod.kill();
}

function tell(pods: readonly Pod[], order: FaultOrder): void {
  for (const pod of pods) pod.process?.order(order);
}
