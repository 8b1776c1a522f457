import type { ClusterEvent } from "../../../control/loop/cluster.ts";
import { type EventLog, createEventLog } from "../../local/event-log.ts";
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
  /** Pods that ended and do not come back, but are still listed. */
  over(service: string): readonly PodState[];
  /** Since the last call, oldest first. */
  takeEvents(): readonly ClusterEvent[];
  podSeconds(service: string): number;
  /** Told after every change, until the function it gives is called. */
  onChange(listener: () => void): () => void;
};

/** What a registry knows. */
type Book = {
  readonly services: ReadonlySet<string>;
  readonly nowMs: () => number;
  readonly startedBeforeMs: (pod: PodState) => number;
  readonly pods: Map<string, PodState>;
  readonly events: EventLog;
  readonly listeners: Set<() => void>;
  isFirstLook: boolean;
  nextEvent: number;
  /** Pods x time of each service, until the last count. */
  readonly podMs: Map<string, number>;
  countedAtMs: number;
};

/**
 * @param startedBeforeMs  how long a pod has existed at the first look, since the cluster started, ms
 */
export function createPodRegistry(
  services: ReadonlySet<string>,
  nowMs: () => number,
  startedBeforeMs: (pod: PodState) => number,
): PodRegistry {
  const book = openBook(services, nowMs, startedBeforeMs);
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
    podSeconds(service) {
      count(book);
      return (book.podMs.get(service) ?? 0) / 1_000;
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
): Book {
  const pods = new Map<string, PodState>();
  const given = { services, nowMs, startedBeforeMs, pods, events: createEventLog(), listeners: new Set<() => void>() };
  return { ...given, isFirstLook: true, nextEvent: 0, podMs: new Map(), countedAtMs: nowMs() };
}

/** Pods x time until now, before anything changes. */
function count(book: Book): void {
  const atMs = book.nowMs();
  for (const { service, isOver } of book.pods.values()) if (!isOver) add(book, service, atMs - book.countedAtMs);
  book.countedAtMs = atMs;
}

function add({ podMs }: Book, service: string, ms: number): void {
  podMs.set(service, (podMs.get(service) ?? 0) + ms);
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
    if (after?.isOver === false) add(book, pod.service, book.startedBeforeMs(after));
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
