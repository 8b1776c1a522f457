import type { Rng } from "../../core/rng.ts";
import { NONE, type Request } from "./request-pool.ts";

/**
 * Kept-alive connections, as the mocks and the load generator keep them: each carries one request at a time, takes
 * turns with the others of its pool and stays with one replica for its life of 10 s +- 20 %.
 */
export type Connection = {
  /** The replica it leads to, and which of the processes that had its place. NONE = nowhere yet. */
  pod: number;
  generation: number;
  closesAtMs: number;
  pool: ConnectionPool;
  /** Next of the idle ones, or next free place. */
  next: Connection | undefined;
};

/** What one caller has towards one service. */
export type ConnectionPool = {
  /** Idle ones, the longest unused first. */
  firstIdle: Connection | undefined;
  lastIdle: Connection | undefined;
  /** How many connections there are, and how many it ever opened. */
  open: number;
  opened: number;
  /** Requests that wait for one. */
  firstWaiting: Request | undefined;
  lastWaiting: Request | undefined;
};

export type Connections = {
  /** The time now, ms: one cell, that of the event queue. */
  readonly now: Float64Array;
  /** Mean life, ms. */
  readonly lifeMs: number;
  /** Lives, and which replica a connection leads to. */
  readonly rng: Rng;
  readonly pools: ConnectionPool[];
  /** Connections of old are used again. */
  firstFree: Connection | undefined;
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

const LIFE_SPREAD = 0.2;

export function createConnections(
  pools: number,
  { now, lifeMs, rng }: Pick<Connections, "now" | "lifeMs" | "rng">,
): Connections {
  const connections: Connections = { now, lifeMs, rng, pools: [], firstFree: undefined };
  growPools(connections, pools);
  return connections;
}

export function growPools({ pools }: Connections, count: number): void {
  while (pools.length < count)
    pools.push({
      firstIdle: undefined,
      lastIdle: undefined,
      open: 0,
      opened: 0,
      firstWaiting: undefined,
      lastWaiting: undefined,
    });
}

/** The longest unused connection, or a new one that leads nowhere yet; none when as many as may be are in use. */
export function takeConnection(connections: Connections, pool: ConnectionPool, size: PoolSize): Connection | undefined {
  if (size.staggersFirst && pool.open < size.least) return connect(connections, pool, size);
  while (pool.firstIdle !== undefined && pool.firstIdle.closesAtMs <= connections.now[0]!)
    dropConnection(connections, popIdle(pool, pool.firstIdle));
  if (pool.firstIdle !== undefined && pool.open >= size.least) return popIdle(pool, pool.firstIdle);
  return pool.open < size.most ? connect(connections, pool, size) : undefined;
}

function popIdle(pool: ConnectionPool, connection: Connection): Connection {
  pool.firstIdle = connection.next;
  return connection;
}

export function connect(
  connections: Connections,
  pool: ConnectionPool,
  { least, staggersFirst }: PoolSize,
): Connection {
  const { now, lifeMs, rng } = connections;
  const connection = connections.firstFree ?? createConnection(pool);
  connections.firstFree = connection.next;
  const part = staggersFirst && pool.opened < least ? rng.between(0.1, 1) : 1;
  pool.open++;
  pool.opened++;
  connection.pool = pool;
  connection.pod = NONE;
  connection.closesAtMs = now[0]! + part * lifeMs * rng.between(1 - LIFE_SPREAD, 1 + LIFE_SPREAD);
  return connection;
}

function createConnection(pool: ConnectionPool): Connection {
  return { pod: NONE, generation: 0, closesAtMs: Number.NaN, pool, next: undefined };
}

/** To the end of the idle ones. */
export function idleConnection(connection: Connection): void {
  const { pool } = connection;
  connection.next = undefined;
  if (pool.firstIdle === undefined) pool.firstIdle = connection;
  else pool.lastIdle!.next = connection;
  pool.lastIdle = connection;
}

export function dropConnection(connections: Connections, connection: Connection): void {
  connection.pool.open--;
  connection.next = connections.firstFree;
  connections.firstFree = connection;
}

/** The owner is gone: so are its idle connections. Those in use must have been dropped. */
export function clearPool(connections: Connections, pool: ConnectionPool): void {
  while (pool.firstIdle !== undefined) dropConnection(connections, popIdle(pool, pool.firstIdle));
  pool.opened = 0;
}
