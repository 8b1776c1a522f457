import { type Arena, createHeapArena } from "./arena.ts";

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
  /** Grows whenever another number of replicas of a service is ready anywhere: [services]. */
  readonly changes: Int32Array;
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
  /** Left behind by requests, MiB, and crashes for memory that the back-off remembers; where memory is looked at:
   * [services][environments][slots] */
  readonly retainedMiB: Float64Array | undefined;
  readonly crashes: Uint8Array | undefined;
  /** Requests since its process started, where that matters: [services][environments][slots] */
  readonly begun: Float64Array | undefined;
  /** 1 = all ready replicas of the cell are known to be warm, where that matters: [services][environments]. Written by
   * `cold.ts`, taken back when another replica is ready. */
  readonly warm: Uint8Array | undefined;
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
    warm: looks.hasColdStarts ? arena.uint8(cells) : undefined,
    retainedMiB: looks.hasMemory ? arena.float64(cells * size.slots) : undefined,
    crashes: looks.hasMemory ? arena.uint8(cells * size.slots) : undefined,
    ready: arena.float64(cells),
    changes: arena.int32(size.services),
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
    pods.changes[service]!++;
    pods.existing[cell] = count;
    pods.nextReadyTick[cell] = Infinity;
    pods.nextId[cell] = count;
    if (pods.warm !== undefined) pods.warm[cell] = 0;
    for (let i = 0; i < count; i++) pods.ids[cell * pods.slots + i] = i;
    forget(pods, cell * pods.slots, count);
  }
}

/** So many places hold replicas that were ready from the beginning, and long before. */
function forget({ retainedMiB, crashes, begun, readyAtTick }: Pods, first: number, count: number): void {
  retainedMiB?.fill(0, first, first + count);
  crashes?.fill(0, first, first + count);
  begun?.fill(Infinity, first, first + count);
  readyAtTick.fill(-Infinity, first, first + count);
}

/** Nothing is left of what the process in this place did. */
function startAnew({ retainedMiB, begun }: Pods, place: number): void {
  if (retainedMiB !== undefined) retainedMiB[place] = 0;
  if (begun !== undefined) begun[place] = 0;
}

/** Starting replicas whose time has come are ready. */
export function maturePods(pods: Pods, nowTick: Float64Array): void {
  const { services, environments, nextReadyTick } = pods;
  for (let service = 0, cell = 0; service < services; service++)
    for (let environment = 0; environment < environments; environment++, cell++)
      if (nextReadyTick[cell]! <= nowTick[environment]!) matureCell(pods, environment, service, nowTick[environment]!);
}

function matureCell(pods: Pods, environment: number, service: number, nowTick: number): void {
  const cell = service * pods.environments + environment;
  const first = cell * pods.slots;
  pods.changes[service]!++;
  if (pods.warm !== undefined) pods.warm[cell] = 0;
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
  pods.changes[service]!++;
  if (pods.ready[cell]! > pods.existing[cell]!) pods.ready[cell] = pods.existing[cell]!;
  pods.listener?.(environment, service, "gone", pods.ids[cell * pods.slots + pods.existing[cell]!]!);
}

/** The replica that has been ready for longest is gone. False when none was ready. */
export function evictPod(pods: Pods, environment: number, service: number): boolean {
  const cell = service * pods.environments + environment;
  if (pods.ready[cell] === 0) return false;
  const first = cell * pods.slots;
  const last = first + --pods.ready[cell]!;
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
  pods.changes[service]!++;
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
  pods.changes[service]!++;
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
  pods.changes[service]!++;
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

function swap({ readyAtTick, ids, retainedMiB, crashes, begun }: Pods, a: number, b: number): void {
  if (retainedMiB !== undefined) [retainedMiB[a], retainedMiB[b]] = [retainedMiB[b]!, retainedMiB[a]!];
  if (begun !== undefined) [begun[a], begun[b]] = [begun[b]!, begun[a]!];
  if (crashes !== undefined) [crashes[a], crashes[b]] = [crashes[b]!, crashes[a]!];
  [readyAtTick[a], readyAtTick[b]] = [readyAtTick[b]!, readyAtTick[a]!];
  [ids[a], ids[b]] = [ids[b]!, ids[a]!];
}

function checkCount({ slots }: Pods, count: number): void {
  if (!(Number.isInteger(count) && count >= 0 && count <= slots))
    throw new Error(`replicas must be a whole number from 0 to ${slots}, got ${count}`);
}
