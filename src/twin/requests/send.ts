import {
  CALLER_POOL,
  type Connection,
  type ConnectionPool,
  type PoolSize,
  connect,
  dropConnection,
  idleConnection,
  takeConnection,
} from "./connections.ts";
import { NOBODY, type Request, type RequestPool, WAITING_CONNECTION, freeRequest } from "./request-pool.ts";
import { answer, enter } from "./service-flow.ts";
import type { World } from "./world.ts";

/** Status of an answer that never came, because its connection broke. */
export const BROKEN = 0;

/** Sends a request over a connection of the pool, as soon as one may be used. */
export function sendFrom(world: World, request: Request, pool: ConnectionPool, size: PoolSize): void {
  const connection = takeConnection(world.connections, pool, size);
  if (connection === undefined) waitFor(pool, request);
  else sendOn(world, request, connection);
}

function waitFor(pool: ConnectionPool, request: Request): void {
  request.state = WAITING_CONNECTION;
  request.next = undefined;
  if (pool.firstWaiting === undefined) pool.firstWaiting = request;
  else pool.lastWaiting!.next = request;
  pool.lastWaiting = request;
}

/** A connection whose replica is gone, or told to leave, is opened again, to any ready replica. */
function sendOn(world: World, request: Request, connection: Connection): void {
  request.connection = connection;
  const isOpen = connection.pod >= 0 && connection.generation === world.pods.generation[connection.pod];
  if (isOpen || reopen(world, connection, request.node.service)) enter(world, connection.pod, request);
  else answer(world, request, BROKEN);
}

/** False where no replica is ready. */
function reopen({ connections, pods, services }: World, connection: Connection, service: number): boolean {
  const ready = services.ready[service]!;
  if (ready.length === 0) return false;
  connection.pod = ready[connections.rng.integer(ready.length)]!;
  connection.generation = pods.generation[connection.pod]!;
  return true;
}

/** A connection is free again: the next who waits gets it, or a new one in its place. */
export function release(world: World, connection: Connection, isBroken: boolean): void {
  const { connections } = world;
  const { pool } = connection;
  const isOver = isBroken || connection.closesAtMs <= connections.now[0]!;
  if (isOver) dropConnection(connections, connection);
  const waiting = pool.firstWaiting === undefined ? undefined : nextWaiting(world.requests, pool);
  if (waiting !== undefined) sendOn(world, waiting, isOver ? connect(connections, pool, CALLER_POOL) : connection);
  else if (!isOver) idleConnection(connection);
}

/** Those whose call timed out meanwhile are forgotten. */
export function nextWaiting(requests: RequestPool, pool: ConnectionPool): Request | undefined {
  for (let waiting = pool.firstWaiting; waiting !== undefined; waiting = pool.firstWaiting) {
    pool.firstWaiting = waiting.next;
    if (waiting.waiter !== NOBODY) return waiting;
    freeRequest(requests, waiting);
  }
  return undefined;
}

/** Nobody waits for the request any more; its connection is closed. */
export function abandon(world: World, request: Request): void {
  request.waiter = NOBODY;
  if (request.state === WAITING_CONNECTION) return;
  release(world, request.connection!, true);
  request.connection = undefined;
}
