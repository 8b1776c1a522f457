/** Where a request is. */
export const FREE = 0;
export const WAITING_CONNECTION = 1;
export const QUEUED = 2;
export const WORKING = 3;
/** Work done, waits without CPU. */
export const DELAYED = 4;
export const CALLING = 5;
/** Its answer is on the way back. */
export const ANSWERED = 6;

/** Who waits for a request, if no call does. */
export const NOBODY = -1;
export const ENTRY = -2;
/** Sent by a flood: it counts in metrics, and for no user. */
export const FLOOD = -3;
export const NONE = -1;

/** Requests under way, a column per property. Free places form a list, so none is allocated while it runs. */
export type RequestPool = {
  /** Incremented whenever what waits for a request shall find it gone. */
  stamp: Int32Array;
  state: Uint8Array;
  node: Int32Array;
  /** The replica it is in; NONE = in none. */
  pod: Int32Array;
  /** The call that waits for it, ENTRY, FLOOD or NOBODY. */
  call: Int32Array;
  connection: Int32Array;
  key: Int32Array;
  step: Int32Array;
  /** Calls of the step that are not over. */
  pending: Int32Array;
  /** Status of the answer. */
  code: Int32Array;
  /** Next in the queue it stands in, or next free place. */
  next: Int32Array;
  /** When it reached the replica; for its demand, ms of CPU. */
  arrivedMs: Float64Array;
  demandMs: Float64Array;
  /** When the user sent it; set for requests from the entry. */
  sentMs: Float64Array;
  firstFree: number;
};

const FIRST_PLACES = 256;

export function createRequestPool(): RequestPool {
  const pool: RequestPool = { ...columnsOf(FIRST_PLACES), firstFree: 0 };
  linkFree(pool, 0);
  return pool;
}

function columnsOf(places: number): Omit<RequestPool, "firstFree"> {
  const integers = (): Int32Array => new Int32Array(places);
  const floats = (): Float64Array => new Float64Array(places);
  return {
    stamp: integers(),
    state: new Uint8Array(places),
    node: integers(),
    pod: integers(),
    call: integers(),
    connection: integers(),
    key: integers(),
    step: integers(),
    pending: integers(),
    code: integers(),
    next: integers(),
    arrivedMs: floats(),
    demandMs: floats(),
    sentMs: floats(),
  };
}

function linkFree({ next }: RequestPool, from: number): void {
  for (let place = from; place < next.length; place++) next[place] = place + 1;
  next[next.length - 1] = NONE;
}

/** A free place; the caller fills it. */
export function newRequest(pool: RequestPool, node: number, call: number, key: number): number {
  if (pool.firstFree === NONE) growRequests(pool);
  const request = pool.firstFree;
  pool.firstFree = pool.next[request]!;
  pool.node[request] = node;
  pool.call[request] = call;
  pool.key[request] = key;
  pool.pod[request] = NONE;
  pool.connection[request] = NONE;
  pool.next[request] = NONE;
  return request;
}

export function freeRequest(pool: RequestPool, request: number): void {
  pool.stamp[request]!++;
  pool.state[request] = FREE;
  pool.next[request] = pool.firstFree;
  pool.firstFree = request;
}

function growRequests(pool: RequestPool): void {
  const places = pool.next.length;
  const grown = columnsOf(2 * places);
  for (const column of Object.keys(grown) as (keyof typeof grown)[]) grown[column].set(pool[column]);
  Object.assign(pool, grown);
  linkFree(pool, places);
  pool.firstFree = places;
}
