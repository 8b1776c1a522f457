import type { Rng } from "../../core/rng.ts";
import { NONE } from "./request-pool.ts";

/**
 * Kept-alive connections, as the mocks and the load generator keep them: each carries one request at a time, takes
 * turns with the others of its pool and stays with one replica for its life of 10 s +- 20 %. A pool is what one caller
 * has towards one service.
 */
export type Connections = {
  /** The time now, ms: one cell, that of the event queue. */
  readonly now: Float64Array;
  /** Mean life, ms. */
  readonly lifeMs: number;
  /** Lives, and which replica a connection leads to. */
  readonly rng: Rng;
  /** The replica a connection leads to, and which of the processes that had its place. */
  pod: Int32Array;
  generation: Int32Array;
  closesAtMs: Float64Array;
  pool: Int32Array;
  next: Int32Array;
  firstFree: number;
  /** Idle ones, the longest unused first: [pools]. */
  firstIdle: Int32Array;
  lastIdle: Int32Array;
  /** Connections of a pool, and how many it ever opened: [pools]. */
  open: Int32Array;
  opened: Int32Array;
  /** Requests that wait for one: [pools]. */
  firstWaiting: Int32Array;
  lastWaiting: Int32Array;
};

/** How many connections a pool keeps at least and at most. */
export type PoolSize = {
  readonly least: number;
  readonly most: number;
  /** The first ones get shorter lives, so that they do not all end together. */
  readonly staggersFirst: boolean;
};

/** @source mocks/src/connections.ts */
export const CALLER_POOL: PoolSize = { least: 8, most: 256, staggersFirst: false };

const FIRST_PLACES = 256;
const LIFE_SPREAD = 0.2;

export function createConnections(pools: number, shared: Pick<Connections, "now" | "lifeMs" | "rng">): Connections {
  const connections: Connections = { ...shared, ...columnsOf(FIRST_PLACES), firstFree: 0, ...poolColumns(pools) };
  linkFree(connections, 0);
  return connections;
}

function columnsOf(places: number): Pick<Connections, "pod" | "generation" | "closesAtMs" | "pool" | "next"> {
  return {
    pod: new Int32Array(places),
    generation: new Int32Array(places),
    closesAtMs: new Float64Array(places),
    pool: new Int32Array(places),
    next: new Int32Array(places),
  };
}

type PoolColumns = Pick<Connections, "firstIdle" | "lastIdle" | "open" | "opened" | "firstWaiting" | "lastWaiting">;

function poolColumns(pools: number): PoolColumns {
  return {
    firstIdle: new Int32Array(pools).fill(NONE),
    lastIdle: new Int32Array(pools).fill(NONE),
    open: new Int32Array(pools),
    opened: new Int32Array(pools),
    firstWaiting: new Int32Array(pools).fill(NONE),
    lastWaiting: new Int32Array(pools).fill(NONE),
  };
}

function linkFree({ next }: Connections, from: number): void {
  for (let place = from; place < next.length; place++) next[place] = place + 1;
  next[next.length - 1] = NONE;
}

export function growPools(connections: Connections, pools: number): void {
  const grown = poolColumns(pools);
  for (const column of Object.keys(grown) as (keyof PoolColumns)[]) grown[column].set(connections[column]);
  Object.assign(connections, grown);
}

/** The longest unused connection, or a new one that leads nowhere yet; NONE when as many as may be are in use. */
export function takeConnection(connections: Connections, pool: number, size: PoolSize): number {
  const { now, firstIdle, closesAtMs, open } = connections;
  const isSpread = open[pool]! >= size.least;
  if (!isSpread && size.staggersFirst) return connect(connections, pool, size);
  while (firstIdle[pool] !== NONE && closesAtMs[firstIdle[pool]!]! <= now[0]!) {
    const old = popIdle(connections, pool);
    dropConnection(connections, old);
  }
  if (firstIdle[pool] !== NONE && open[pool]! >= size.least) return popIdle(connections, pool);
  if (open[pool]! < size.most) return connect(connections, pool, size);
  return NONE;
}

function popIdle({ firstIdle, next }: Connections, pool: number): number {
  const connection = firstIdle[pool]!;
  firstIdle[pool] = next[connection]!;
  return connection;
}

export function connect(connections: Connections, pool: number, { least, staggersFirst }: PoolSize): number {
  const { now, lifeMs, rng } = connections;
  if (connections.firstFree === NONE) growConnections(connections);
  const connection = connections.firstFree;
  connections.firstFree = connections.next[connection]!;
  const part = staggersFirst && connections.opened[pool]! < least ? rng.between(0.1, 1) : 1;
  connections.open[pool]!++;
  connections.opened[pool]!++;
  connections.pool[connection] = pool;
  connections.pod[connection] = NONE;
  connections.closesAtMs[connection] = now[0]! + part * lifeMs * rng.between(1 - LIFE_SPREAD, 1 + LIFE_SPREAD);
  return connection;
}

/** To the end of the idle ones. */
export function idleConnection(connections: Connections, connection: number): void {
  const { pool, next, firstIdle, lastIdle } = connections;
  const own = pool[connection]!;
  next[connection] = NONE;
  if (firstIdle[own] === NONE) firstIdle[own] = connection;
  else next[lastIdle[own]!] = connection;
  lastIdle[own] = connection;
}

export function dropConnection(connections: Connections, connection: number): void {
  connections.open[connections.pool[connection]!]!--;
  connections.next[connection] = connections.firstFree;
  connections.firstFree = connection;
}

/** The owner is gone: so are its idle connections. Those in use must have been dropped. */
export function clearPool(connections: Connections, pool: number): void {
  while (connections.firstIdle[pool] !== NONE) dropConnection(connections, popIdle(connections, pool));
  connections.opened[pool] = 0;
}

function growConnections(connections: Connections): void {
  const places = connections.next.length;
  const grown = columnsOf(2 * places);
  for (const column of Object.keys(grown) as (keyof typeof grown)[]) grown[column].set(connections[column]);
  Object.assign(connections, grown);
  linkFree(connections, places);
  connections.firstFree = places;
}
