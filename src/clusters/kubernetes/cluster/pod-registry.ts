import type { ClusterEvent } from "../../../control/loop/cluster.ts";
import { type EventLog, createEventLog } from "../../local/event-log.ts";
import { eventsBetween } from "./pod-events.ts";
import type { PodState } from "./pod-state.ts";

/** Pods x time, s: as they are, and each counted by its CPU limit / the declared one. */
type ServicePodTime = { readonly podSeconds: number; readonly sizedPodSeconds: number };

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
  /** Pods that ended and do not come back, but are still listed. */
  over(service: string): readonly PodState[];
  /** Since the last call, oldest first. */
  takeEvents(): readonly ClusterEvent[];
  podTime(service: string): ServicePodTime;
  /** Told after every change, until the function it gives is called. */
  onChange(listener: () => void): () => void;
};

/** What a registry knows. */
type Book = {
  readonly services: ReadonlySet<string>;
  /** CPU limit that a topology declares, by service, millicores. */
  readonly declaredMilli: ReadonlyMap<string, number>;
  readonly nowMs: () => number;
  readonly startedBeforeMs: (pod: PodState) => number;
  readonly pods: Map<string, PodState>;
  readonly events: EventLog;
  readonly listeners: Set<() => void>;
  isFirstLook: boolean;
  nextEvent: number;
  /** Pods x time of each service, until the last count. */
  readonly podMs: Map<string, number>;
  readonly sizedPodMs: Map<string, number>;
  countedAtMs: number;
};

/**
 * @param startedBeforeMs  how long a pod has existed at the first look, since the cluster started, ms
 * @param declaredMilli  CPU limit of a topology, by service; a pod of another counts as one of its declared size
 */
export function createPodRegistry(
  services: ReadonlySet<string>,
  nowMs: () => number,
  startedBeforeMs: (pod: PodState) => number,
  declaredMilli: ReadonlyMap<string, number> = new Map(),
): PodRegistry {
  const book = openBook(services, nowMs, startedBeforeMs, declaredMilli);
  const of = (service: string): PodState[] => podsOf(book, service);
  return {
    replaceAll: (all) => changeAll(book, () => replaceAll(book, all)),
    put: (pod) => changeAll(book, () => change(book, pod.uid, pod)),
    remove: (uid) => changeAll(book, () => change(book, uid, undefined)),
    of,
    ready: (service) => of(service).filter(({ isReady }) => isReady),
    over: (service) => [...book.pods.values()].filter((pod) => pod.service === service && pod.isOver),
    takeEvents() {
      const { events: taken, next } = book.events.since(book.nextEvent);
      book.nextEvent = next;
      return taken;
    },
    podTime(service) {
      count(book);
      const secondsOf = (ms: ReadonlyMap<string, number>): number => (ms.get(service) ?? 0) / 1_000;
      return { podSeconds: secondsOf(book.podMs), sizedPodSeconds: secondsOf(book.sizedPodMs) };
    },
    onChange(listener) {
      book.listeners.add(listener);
      return () => void book.listeners.delete(listener);
    },
  };
}

function openBook(
  services: ReadonlySet<string>,
  nowMs: () => number,
  startedBeforeMs: (pod: PodState) => number,
  declaredMilli: ReadonlyMap<string, number>,
): Book {
  const pods = new Map<string, PodState>();
  const listeners = new Set<() => void>();
  const given = { services, declaredMilli, nowMs, startedBeforeMs, pods, events: createEventLog(), listeners };
  const counted = { podMs: new Map(), sizedPodMs: new Map(), countedAtMs: nowMs() };
  return { ...given, ...counted, isFirstLook: true, nextEvent: 0 };
}

/** Pods x time until now, before anything changes. */
function count(book: Book): void {
  const atMs = book.nowMs();
  for (const pod of book.pods.values()) if (!pod.isOver) add(book, pod, atMs - book.countedAtMs);
  book.countedAtMs = atMs;
}

function add({ podMs, sizedPodMs, declaredMilli }: Book, { service, limitMilli }: PodState, ms: number): void {
  const declared = declaredMilli.get(service) ?? Number.NaN;
  const share = limitMilli > 0 && declared > 0 ? limitMilli / declared : 1;
  podMs.set(service, (podMs.get(service) ?? 0) + ms);
  sizedPodMs.set(service, (sizedPodMs.get(service) ?? 0) + ms * share);
}

function changeAll(book: Book, changes: () => void): void {
  count(book);
  changes();
  for (const listener of book.listeners) listener();
}

function replaceAll(book: Book, all: readonly PodState[]): void {
  const there = new Set(all.map(({ uid }) => uid));
  for (const uid of book.pods.keys()) if (!there.has(uid)) change(book, uid, undefined);
  for (const pod of all) change(book, pod.uid, pod);
  book.isFirstLook = false;
}

function change(book: Book, uid: string, after: PodState | undefined): void {
  const { services, pods, events, nowMs } = book;
  const before = pods.get(uid);
  const pod = after ?? before;
  if (pod === undefined || !services.has(pod.service)) return;
  if (after === undefined) pods.delete(uid);
  else pods.set(uid, after);
  if (book.isFirstLook) {
    if (after?.isOver === false) add(book, after, book.startedBeforeMs(after));
    return;
  }
  for (const kind of eventsBetween(before, after))
    events.add({ atMs: nowMs(), service: pod.service, kind, pod: pod.name });
}

function podsOf({ pods }: Book, service: string): PodState[] {
  return [...pods.values()]
    .filter((pod) => pod.service === service && !pod.isOver)
    .sort((a, b) => a.createdMs - b.createdMs || (a.name < b.name ? -1 : 1));
}
