import type { CallPlan } from "./plan.ts";
import type { Request } from "./request-pool.ts";

/** A call under way, over all its times and tries, or a place for one. */
export type Call = {
  /** Incremented with each try and when it is over, so that a timeout knows what it was for. */
  stamp: number;
  readonly place: number;
  /** The request that makes it; undefined = free place. */
  parent: Request | undefined;
  plan: CallPlan;
  key: number;
  time: number;
  attempt: number;
  /** The request it waits for; undefined while it waits for something else. */
  child: Request | undefined;
  /** Status of an answer that its replica has not read yet. */
  code: number;
  next: Call | undefined;
};

/** One for each call of a request that is made; calls of old are used again. */
export type CallPool = {
  /** By place. */
  readonly all: Call[];
  firstFree: Call | undefined;
};

export function createCallPool(): CallPool {
  return { all: [], firstFree: undefined };
}

export function newCall(pool: CallPool, parent: Request, plan: CallPlan, key: number): Call {
  const call = pool.firstFree ?? addPlace(pool, plan);
  pool.firstFree = call.next;
  call.parent = parent;
  call.plan = plan;
  call.key = key;
  call.time = 0;
  call.attempt = 0;
  call.child = undefined;
  return call;
}

export function freeCall(pool: CallPool, call: Call): void {
  call.stamp++;
  call.parent = undefined;
  call.next = pool.firstFree;
  pool.firstFree = call;
}

function addPlace({ all }: CallPool, plan: CallPlan): Call {
  const call: Call = {
    stamp: 0,
    place: all.length,
    parent: undefined,
    plan,
    key: 0,
    time: 0,
    attempt: 0,
    child: undefined,
    code: 0,
    next: undefined,
  };
  all.push(call);
  return call;
}
