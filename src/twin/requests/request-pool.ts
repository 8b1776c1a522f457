import type { Call } from "./call-pool.ts";
import type { Connection } from "./connections.ts";
import type { NodePlan } from "./plan.ts";

/** Where a request is. */
export const FREE = 0;
export const WAITING_CONNECTION = 1;
/** In a replica, where it is queued, is worked on, waits without CPU, or calls. */
export const UNDER_WAY = 2;
/** Its answer is on the way back. */
export const ANSWERED = 3;

/** Who waits for a request: a call, a user, no user because a flood sent it (it counts in metrics), or nobody any more. */
export const CALLER = 0;
export const ENTRY = 1;
export const FLOOD = 2;
export const NOBODY = 3;

export const NONE = -1;

/** A request under way, or a place for one. */
export type Request = {
  /** Incremented whenever what waits for a request shall find it gone. */
  stamp: number;
  readonly place: number;
  state: number;
  node: NodePlan;
  /** The replica it is in; NONE = in none. */
  pod: number;
  waiter: number;
  /** The call that waits for it, if one does. */
  call: Call | undefined;
  connection: Connection | undefined;
  key: number;
  step: number;
  /** Calls of the step that are not over. */
  pending: number;
  /** Status of the answer. */
  code: number;
  /** Next in the queue it stands in, or next free place. */
  next: Request | undefined;
  /** When it reached the replica; for its demand, ms of CPU. */
  arrivedMs: number;
  demandMs: number;
  /** When the user sent it; set for requests from the entry. */
  sentMs: number;
};

/** Requests of old are used again, so none is allocated while it runs. */
export type RequestPool = {
  /** By place. */
  readonly all: Request[];
  firstFree: Request | undefined;
};

export function createRequestPool(): RequestPool {
  return { all: [], firstFree: undefined };
}

/** A free place; its demand is not known yet: NaN. */
export function newRequest(
  pool: RequestPool,
  node: NodePlan,
  waiter: number,
  call: Call | undefined,
  key: number,
): Request {
  const request = pool.firstFree ?? addPlace(pool, node);
  pool.firstFree = request.next;
  request.node = node;
  request.waiter = waiter;
  request.call = call;
  request.key = key;
  request.pod = NONE;
  request.connection = undefined;
  request.next = undefined;
  request.demandMs = Number.NaN;
  return request;
}

export function freeRequest(pool: RequestPool, request: Request): void {
  request.stamp++;
  request.state = FREE;
  request.next = pool.firstFree;
  pool.firstFree = request;
}

function addPlace({ all }: RequestPool, node: NodePlan): Request {
  const request: Request = {
    stamp: 0,
    place: all.length,
    state: FREE,
    node,
    pod: NONE,
    waiter: NOBODY,
    call: undefined,
    connection: undefined,
    key: 0,
    step: 0,
    pending: 0,
    code: 0,
    next: undefined,
    arrivedMs: Number.NaN,
    demandMs: Number.NaN,
    sentMs: Number.NaN,
  };
  all.push(request);
  return request;
}
