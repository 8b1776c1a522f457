import { type Arena, createHeapArena } from "./arena.ts";
import { type ChangedCells, addChanged, createChangedCells } from "./changed-cells.ts";

/** What happens to a replica in the twin. Ids count up from 0 in each service of an environment. */
export type PodEvent = "created" | "ready" | "unready" | "gone" | "crashed";

export type PodListener = (environment: number, service: number, kind: PodEvent, pod: number) => void;

/**
 * Replicas of all services in all environments. Matrices are [services][environments]; the replicas of one cell stand
 * in `slots` places, ready ones first.
 */
export type Pods = {
  readonly services: number;
  readonly environments: number;
  readonly slots: number;
  /** [services][environments] */
  readonly ready: Float64Array;
  /** Where another number of replicas is ready than at the last tick. */
  readonly changed: ChangedCells;
  /** Ready and starting: [services][environments]. */
  readonly existing: Float64Array;
  /** Tick at which the next starting replica is ready; Infinity = none starts: [services][environments]. */
  readonly nextReadyTick: Float64Array;
  /** [services][environments][slots] */
  readonly readyAtTick: Float64Array;
  /** [services][environments][slots] */
  readonly ids: Int32Array;
  /** [services][environments] */
  readonly nextId: Int32Array;
  /** Left behind by requests, MiB, where memory is looked at: [services][slots][environments], see {@link across}. */
  readonly retainedMiB: Float64Array | undefined;
  /** Crashes for memory that the back-off remembers, likewise: [services][environments][slots] */
  readonly crashes: Uint8Array | undefined;
  /** Requests since its process started, where that matters: [services][environments][slots] */
  readonly begun: Float64Array | undefined;
  /** So many ready replicas, from the first one on, are known to be warm, where that matters: [services][environments].
   * Written by `cold.ts`, taken back where one of them may be gone. */
  readonly warm: Int32Array | undefined;
  /** Start-up time of the next new replica, whole ticks >= 1. */
  readonly startupTicks: (environment: number, service: number) => number;
  readonly listener: PodListener | undefined;
};

export function createPods(
  size: { readonly services: number; readonly environments: number; readonly slots: number },
  startupTicks: Pods["startupTicks"],
  listener: PodListener | undefined,
  looks: { readonly hasMemory: boolean; readonly hasColdStarts: boolean } = { hasMemory: false, hasColdStarts: false },
  arena: Arena = createHeapArena(),
): Pods {
  const cells = size.services * size.environments;
  return {
    ...size,
    begun: looks.hasColdStarts ? arena.float64(cells * size.slots) : undefined,
    warm: looks.hasColdStarts ? arena.int32(cells) : undefined,
    retainedMiB: looks.hasMemory ? arena.float64(cells * size.slots) : undefined,
    crashes: looks.hasMemory ? arena.uint8(cells * size.slots) : undefined,
    ready: arena.float64(cells),
    changed: createChangedCells(cells, arena),
    existing: arena.float64(cells),
    nextReadyTick: arena.float64(cells).fill(Infinity),
    readyAtTick: arena.float64(cells * size.slots),
    ids: arena.int32(cells * size.slots),
    nextId: arena.int32(cells),
    startupTicks,
    listener,
  };
}

/** All replicas of an environment are gone; `count` ready ones of each service are there. No events. */
export function resetPods(pods: Pods, environment: number, counts: Float64Array): void {
  for (let service = 0; service < pods.services; service++) {
    const cell = service * pods.environments + environment;
    const count = counts[service]!;
    checkCount(pods, count);
    pods.ready[cell] = count;
    addChanged(pods.changed, cell);
    pods.existing[cell] = count;
    pods.nextReadyTick[cell] = Infinity;
    pods.nextId[cell] = count;
    forgetWarm(pods, cell);
    for (let i = 0; i < count; i++) pods.ids[cell * pods.slots + i] = i;
    forget(pods, cell, count);
  }
}

/** The place of a replica among what is [services][slots][environments]. @param place  [services][environments][slots] */
function across({ slots, environments }: Pick<Pods, "slots" | "environments">, place: number): number {
  const i = place % slots;
  const cell = (place - i) / slots;
  const environment = cell % environments;
  return (cell - environment) * slots + i * environments + environment;
}

/** So many places hold replicas that were ready from the beginning, and long before. */
function forget(pods: Pods, cell: number, count: number): void {
  const { retainedMiB, crashes, begun, readyAtTick, slots } = pods;
  const first = cell * slots;
  for (let i = 0; i < count; i++) if (retainedMiB !== undefined) retainedMiB[across(pods, first + i)] = 0;
  crashes?.fill(0, first, first + count);
  begun?.fill(Infinity, first, first + count);
  readyAtTick.fill(-Infinity, first, first + count);
}

/** Nothing is left of what the process in this place did. */
function startAnew(pods: Pods, place: number): void {
  const { retainedMiB, begun } = pods;
  if (retainedMiB !== undefined) retainedMiB[across(pods, place)] = 0;
  if (begun !== undefined) begun[place] = 0;
}

/** Starting replicas whose time has come are ready. */
export function maturePods(pods: Pods, nowTick: Float64Array): void {
  const { services, environments, nextReadyTick } = pods;
  for (let service = 0, cell = 0; service < services; service++)
    for (let environment = 0; environment < environments; environment++, cell++)
      if (nextReadyTick[cell]! <= nowTick[environment]!) matureCell(pods, environment, service, nowTick[environment]!);
}

/** Those of one cell. */
export function matureCell(pods: Pods, environment: number, service: number, nowTick: number): void {
  const cell = service * pods.environments + environment;
  const first = cell * pods.slots;
  addChanged(pods.changed, cell);
  for (let i = pods.ready[cell]!; i < pods.existing[cell]!; i++) {
    if (pods.readyAtTick[first + i]! > nowTick) continue;
    swap(pods, first + i, first + pods.ready[cell]!);
    pods.listener?.(environment, service, "ready", pods.ids[first + pods.ready[cell]!]!);
    pods.ready[cell]!++;
  }
  pods.nextReadyTick[cell] = earliest(pods, cell);
}

/** Creates and removes replicas until as many exist as are asked for. */
export function reconcilePods(pods: Pods, desired: Float64Array, nowTick: Float64Array): void {
  const { services, environments, existing } = pods;
  for (let service = 0, cell = 0; service < services; service++)
    for (let environment = 0; environment < environments; environment++, cell++)
      if (desired[cell] !== existing[cell]) reconcileCell(pods, environment, service, desired[cell]!, nowTick);
}

function reconcileCell(pods: Pods, environment: number, service: number, desired: number, nowTick: Float64Array): void {
  checkCount(pods, desired);
  const cell = service * pods.environments + environment;
  while (pods.existing[cell]! < desired) createPod(pods, environment, service, nowTick[environment]!);
  while (pods.existing[cell]! > desired) removePod(pods, environment, service);
  pods.nextReadyTick[cell] = earliest(pods, cell);
}

function createPod(pods: Pods, environment: number, service: number, nowTick: number): void {
  const cell = service * pods.environments + environment;
  const place = cell * pods.slots + pods.existing[cell]!;
  pods.ids[place] = pods.nextId[cell]!++;
  pods.readyAtTick[place] = nowTick + pods.startupTicks(environment, service);
  startAnew(pods, place);
  if (pods.crashes !== undefined) pods.crashes[place] = 0;
  pods.existing[cell]!++;
  pods.listener?.(environment, service, "created", pods.ids[place]);
}

/** The last place: a starting replica while there is one. */
function removePod(pods: Pods, environment: number, service: number): void {
  const cell = service * pods.environments + environment;
  pods.existing[cell]!--;
  addChanged(pods.changed, cell);
  if (pods.ready[cell]! > pods.existing[cell]!) pods.ready[cell] = pods.existing[cell]!;
  keepWarm(pods, cell);
  pods.listener?.(environment, service, "gone", pods.ids[cell * pods.slots + pods.existing[cell]!]!);
}

/** The replica that has been ready for longest is gone. False when none was ready. */
export function evictPod(pods: Pods, environment: number, service: number): boolean {
  const cell = service * pods.environments + environment;
  if (pods.ready[cell] === 0) return false;
  const first = cell * pods.slots;
  const last = first + --pods.ready[cell]!;
  forgetWarm(pods, cell);
  // The evicted one goes to the end of the ready ones, which keep their order, then to the end of all.
  for (let place = longestReady(pods, first, last); place < last; place++) swap(pods, place, place + 1);
  swap(pods, last, first + pods.existing[cell]! - 1);
  removePod(pods, environment, service);
  return true;
}

/** The place, from `first` to `last`; the first of those that are alike. */
function longestReady({ readyAtTick }: Pods, first: number, last: number): number {
  let longest = first;
  for (let place = first + 1; place <= last; place++) if (readyAtTick[place]! < readyAtTick[longest]!) longest = place;
  return longest;
}

/** Ready replicas crash and start again in their place. Returns how many there were to crash. */
export function crashPods(pods: Pods, environment: number, service: number, count: number, nowTick: number): number {
  const cell = service * pods.environments + environment;
  const crashed = Math.min(count, pods.ready[cell]!);
  addChanged(pods.changed, cell);
  forgetWarm(pods, cell);
  for (let i = 0; i < crashed; i++) {
    const place = cell * pods.slots + --pods.ready[cell]!;
    pods.readyAtTick[place] = nowTick + pods.startupTicks(environment, service);
    startAnew(pods, place);
    pods.listener?.(environment, service, "crashed", pods.ids[place]!);
  }
  pods.nextReadyTick[cell] = earliest(pods, cell);
  return crashed;
}

/** The ready replica in this place crashes, and its process starts again at a tick. */
export function crashPodAt(pods: Pods, environment: number, service: number, index: number, startTick: number): void {
  const cell = service * pods.environments + environment;
  const place = cell * pods.slots + --pods.ready[cell]!;
  addChanged(pods.changed, cell);
  forgetWarm(pods, cell);
  swap(pods, cell * pods.slots + index, place);
  pods.readyAtTick[place] = startTick + pods.startupTicks(environment, service);
  startAnew(pods, place);
  pods.listener?.(environment, service, "crashed", pods.ids[place]!);
  pods.nextReadyTick[cell] = earliest(pods, cell);
}

export type Withheld = { readonly count: number; readonly untilTick: number; readonly kind: "unready" | "crashed" };

/** Ready replicas that are not so before a tick. Returns how many there were. */
export function withholdPods(pods: Pods, environment: number, service: number, held: Withheld): number {
  const cell = service * pods.environments + environment;
  const count = Math.min(held.count, pods.ready[cell]!);
  addChanged(pods.changed, cell);
  forgetWarm(pods, cell);
  for (let i = 0; i < count; i++) {
    const place = cell * pods.slots + --pods.ready[cell]!;
    pods.readyAtTick[place] = held.untilTick;
    if (held.kind === "crashed") startAnew(pods, place);
    pods.listener?.(environment, service, held.kind, pods.ids[place]!);
  }
  pods.nextReadyTick[cell] = earliest(pods, cell);
  return count;
}

/** Those that were withheld until `untilTick` may be ready now. */
export function releasePods(pods: Pods, cell: number, untilTick: number, nowTick: number): void {
  const first = cell * pods.slots;
  for (let place = first + pods.ready[cell]!; place < first + pods.existing[cell]!; place++)
    if (pods.readyAtTick[place] === untilTick) pods.readyAtTick[place] = nowTick;
  pods.nextReadyTick[cell] = earliest(pods, cell);
}

function earliest(pods: Pods, cell: number): number {
  let tick = Infinity;
  for (let i = pods.ready[cell]!; i < pods.existing[cell]!; i++)
    tick = Math.min(tick, pods.readyAtTick[cell * pods.slots + i]!);
  return tick;
}

/** Nothing is known of which replicas are warm. */
function forgetWarm({ warm }: Pods, cell: number): void {
  if (warm !== undefined) warm[cell] = 0;
}

/** The last one may be gone. */
function keepWarm({ warm, ready }: Pods, cell: number): void {
  if (warm !== undefined && warm[cell]! > ready[cell]!) warm[cell] = ready[cell]!;
}

function swap(pods: Pods, a: number, b: number): void {
  const { readyAtTick, ids, retainedMiB, crashes, begun } = pods;
  if (a === b) return;
  if (retainedMiB !== undefined) swapValues(retainedMiB, across(pods, a), across(pods, b));
  if (begun !== undefined) swapValues(begun, a, b);
  if (crashes !== undefined) swapValues(crashes, a, b);
  swapValues(readyAtTick, a, b);
  swapValues(ids, a, b);
}

function swapValues(column: Float64Array | Int32Array | Uint8Array, a: number, b: number): void {
  const value = column[a]!;
  column[a] = column[b]!;
  column[b] = value;
}

function checkCount({ slots }: Pods, count: number): void {
  if (!(Number.isInteger(count) && count >= 0 && count <= slots))
    throw new Error(`replicas must be a whole number from 0 to ${slots}, got ${count}`);
}
