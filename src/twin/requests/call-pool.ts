import { NONE } from "./request-pool.ts";

/** Calls under way: one for each call of a request that is made, over all its times and tries. */
export type CallPool = {
  /** Incremented with each try and when it is over, so that a timeout knows what it was for. */
  stamp: Int32Array;
  /** The request that makes it; NONE = free place. */
  parent: Int32Array;
  /** Its number in the plan. */
  plan: Int32Array;
  key: Int32Array;
  time: Int32Array;
  attempt: Int32Array;
  /** The request it waits for; NONE while it waits for something else. */
  child: Int32Array;
  /** Status of an answer that its replica has not read yet. */
  code: Int32Array;
  next: Int32Array;
  firstFree: number;
};

const FIRST_PLACES = 256;

export function createCallPool(): CallPool {
  const pool: CallPool = { ...columnsOf(FIRST_PLACES), firstFree: 0 };
  linkFree(pool, 0);
  return pool;
}

function columnsOf(places: number): Omit<CallPool, "firstFree"> {
  const integers = (): Int32Array => new Int32Array(places);
  return {
    stamp: integers(),
    parent: integers().fill(NONE),
    plan: integers(),
    key: integers(),
    time: integers(),
    attempt: integers(),
    child: integers(),
    code: integers(),
    next: integers(),
  };
}

function linkFree({ next }: CallPool, from: number): void {
  for (let place = from; place < next.length; place++) next[place] = place + 1;
  next[next.length - 1] = NONE;
}

export function newCall(pool: CallPool, parent: number, plan: number, key: number): number {
  if (pool.firstFree === NONE) growCalls(pool);
  const call = pool.firstFree;
  pool.firstFree = pool.next[call]!;
  pool.parent[call] = parent;
  pool.plan[call] = plan;
  pool.key[call] = key;
  pool.time[call] = 0;
  pool.attempt[call] = 0;
  pool.child[call] = NONE;
  return call;
}

export function freeCall(pool: CallPool, call: number): void {
  pool.stamp[call]!++;
  pool.parent[call] = NONE;
  pool.next[call] = pool.firstFree;
  pool.firstFree = call;
}

function growCalls(pool: CallPool): void {
  const places = pool.next.length;
  const grown = columnsOf(2 * places);
  for (const column of Object.keys(grown) as (keyof typeof grown)[]) grown[column].set(pool[column]);
  Object.assign(pool, grown);
  linkFree(pool, places);
  pool.firstFree = places;
}
