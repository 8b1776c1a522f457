import type { Request } from "./request-pool.ts";

/** What a replica does. */
export const GONE = 0;
export const STARTING = 1;
export const READY = 2;
/** Crashed, waits for its next start. */
export const BACKING_OFF = 3;
export const TERMINATING = 4;
/** Fails its readiness probe, and works on for those who are connected. */
export const UNREADY = 5;

/** Replicas, a column per property; a place is used again when its replica is gone. */
export type Pods = {
  service: Int32Array;
  phase: Uint8Array;
  /** Incremented when a process of this place ends. */
  generation: Int32Array;
  /** Counts up from 0 in each service: its name. */
  number: Int32Array;
  restarts: Int32Array;
  /** Crashes that the back-off remembers. */
  crashes: Int32Array;
  startedAtMs: Float64Array;
  /** 1 while it serves on until its replacement is ready. */
  isRetiring: Uint8Array;
  /** 1 while it ends again whenever it has become ready. */
  isLooping: Uint8Array;
  /** 1 once it was told to end: answers then close their connections. */
  isDraining: Uint8Array;
  /** Earliest exit of a replica that drains, ms. */
  drainedFromMs: Float64Array;
  /** CPU used when it became ready, ms. */
  usedBeforeReadyMs: Float64Array;
  inFlight: Int32Array;
  queued: Int32Array;
  errorsUntilMs: Float64Array;
  degradedUntilMs: Float64Array;
  minutes: Int32Array;
  /** Left behind by requests, where memory is looked at. */
  retainedMiB: Float64Array;
  /** Requests since its process started, and since when it is ready; where replicas start cold. */
  begun: Float64Array;
  readyAtMs: Float64Array;
  /** Requests that wait in it. */
  readonly firstQueued: (Request | undefined)[];
  readonly lastQueued: (Request | undefined)[];
  readonly free: number[];
};

const FIRST_PLACES = 16;

export function createPods(): Pods {
  const nobody = (): undefined[] => Array.from({ length: FIRST_PLACES }, () => undefined);
  return {
    ...columnsOf(FIRST_PLACES),
    firstQueued: nobody(),
    lastQueued: nobody(),
    free: placesFrom(0, FIRST_PLACES),
  };
}

function columnsOf(places: number): Omit<Pods, "free" | "firstQueued" | "lastQueued"> {
  const integers = (): Int32Array => new Int32Array(places);
  const floats = (): Float64Array => new Float64Array(places);
  return {
    service: integers(),
    phase: new Uint8Array(places),
    generation: integers(),
    number: integers(),
    restarts: integers(),
    crashes: integers(),
    startedAtMs: floats(),
    isRetiring: new Uint8Array(places),
    isLooping: new Uint8Array(places),
    isDraining: new Uint8Array(places),
    drainedFromMs: floats(),
    usedBeforeReadyMs: floats(),
    inFlight: integers(),
    queued: integers(),
    errorsUntilMs: floats(),
    degradedUntilMs: floats(),
    minutes: integers(),
    retainedMiB: floats(),
    begun: floats(),
    readyAtMs: floats(),
  };
}

/** Lowest place last, because places are taken from the end. */
function placesFrom(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, i) => end - 1 - i);
}

export function podPlaces(pods: Pods): number {
  return pods.phase.length;
}

/** Twice as many places. */
export function growPods(pods: Pods): void {
  const places = podPlaces(pods);
  const grown = columnsOf(2 * places);
  for (const column of Object.keys(grown) as (keyof typeof grown)[]) grown[column].set(pods[column]);
  Object.assign(pods, grown);
  for (let place = places; place < 2 * places; place++) {
    pods.firstQueued.push(undefined);
    pods.lastQueued.push(undefined);
  }
  pods.free.push(...placesFrom(places, 2 * places));
}
