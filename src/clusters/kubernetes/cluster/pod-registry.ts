import type { ClusterEvent } from "../../../control/loop/cluster.ts";
import { createEventLog } from "../../local/event-log.ts";
import { eventsBetween } from "./pod-events.ts";
import type { PodState } from "./pod-state.ts";

/** The pods of a topology as last heard of, and what happened to them since the first look. */
export type PodRegistry = {
  /** All pods there are; pods that are not named are gone. The first look makes no events. */
  replaceAll(pods: readonly PodState[]): void;
  put(pod: PodState): void;
  remove(uid: string): void;
  /** Pods that exist, oldest first. */
  of(service: string): readonly PodState[];
  /** Of those, the ones that get requests. */
  ready(service: string): readonly PodState[];
  /** Since the last call, oldest first. */
  takeEvents(): readonly ClusterEvent[];
  podSeconds(): number;
  /** Told after every change, until the function it gives is called. */
  onChange(listener: () => void): () => void;
};

/**
 * @param startedBeforeMs  how long a pod has existed at the first look, since the cluster started, ms
 */
export function createPodRegistry(
  services: ReadonlySet<string>,
  nowMs: () => number,
  startedBeforeMs: (pod: PodState) => number,
): PodRegistry {
  const pods = new Map<string, PodState>();
  const events = createEventLog();
  const listeners = new Set<() => void>();
  let isFirstLook = true;
  let nextEvent = 0;
  let podMs = 0;
  let countedAtMs = nowMs();

  /** Pods x time until now, before anything changes. */
  function count(): void {
    const atMs = nowMs();
    podMs += [...pods.values()].filter(({ isOver }) => !isOver).length * (atMs - countedAtMs);
    countedAtMs = atMs;
  }

  function change(uid: string, after: PodState | undefined): void {
    const before = pods.get(uid);
    const pod = after ?? before;
    if (pod === undefined || !services.has(pod.service)) return;
    if (after === undefined) pods.delete(uid);
    else pods.set(uid, after);
    if (isFirstLook) podMs += after?.isOver === false ? startedBeforeMs(after) : 0;
    else
      for (const kind of eventsBetween(before, after))
        events.add({ atMs: nowMs(), service: pod.service, kind, pod: pod.name });
  }

  function changeAll(changes: () => void): void {
    count();
    changes();
    for (const listener of listeners) listener();
  }

  const of = (service: string): PodState[] =>
    [...pods.values()]
      .filter((pod) => pod.service === service && !pod.isOver)
      .sort((a, b) => a.createdMs - b.createdMs || (a.name < b.name ? -1 : 1));
  return {
    replaceAll: (all) =>
      changeAll(() => {
        const there = new Set(all.map(({ uid }) => uid));
        for (const uid of pods.keys()) if (!there.has(uid)) change(uid, undefined);
        for (const pod of all) change(pod.uid, pod);
        isFirstLook = false;
      }),
    put: (pod) => changeAll(() => change(pod.uid, pod)),
    remove: (uid) => changeAll(() => change(uid, undefined)),
    of,
    ready: (service) => of(service).filter(({ isReady }) => isReady),
    takeEvents() {
      const { events: taken, next } = events.since(nextEvent);
      nextEvent = next;
      return taken;
    },
    podSeconds() {
      count();
      return podMs / 1_000;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
