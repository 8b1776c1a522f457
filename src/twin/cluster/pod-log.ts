import type { ClusterEvent } from "../../control/loop/cluster.ts";
import type { PodEvent } from "../fluid/pods.ts";

/** Turns what happens to replicas of the fluid twin into events of a cluster. */
export type PodLog = {
  add(atMs: number, service: string, kind: PodEvent, pod: number): void;
  /** Events since the last call, oldest first. */
  take(): readonly ClusterEvent[];
};

/** Kinds a cluster reports for one change of the twin: it stops replicas and starts crashed ones again at once. */
const kinds: Readonly<Record<PodEvent, readonly ClusterEvent["kind"][]>> = {
  created: ["created"],
  ready: ["ready"],
  unready: ["unready"],
  gone: ["terminating", "gone"],
  crashed: ["crashed", "restarted"],
};

export function createPodLog(): PodLog {
  let events: ClusterEvent[] = [];
  return {
    add(atMs, service, kind, pod) {
      for (const one of kinds[kind]) events.push({ atMs, service, kind: one, pod: `${service}-${pod}` });
    },
    take() {
      const taken = events;
      events = [];
      return taken;
    },
  };
}
