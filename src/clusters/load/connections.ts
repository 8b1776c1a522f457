import { Client } from "undici";
import type { Rng } from "../../core/rng.ts";

/** One connection that carries one request at a time. */
type Connection = { readonly client: Client; readonly diesAtMs: number };

export type ConnectionSpec = {
  readonly origin: string;
  /** Mean life, ms; each lives +- 20 % of it. */
  readonly lifeMs: number;
  /** As many are opened before any is used again. */
  readonly spread: number;
  readonly connectTimeoutMs: number;
  readonly rng: Rng;
};

/**
 * Connections of bounded life to one origin. They take turns, the longest unused first: a stack would put a calm load
 * on one or two connections and, behind a per-connection balancer, on one or two replicas.
 */
export type Connections = {
  /** An unused connection, opened if need be. Never waits. */
  take(nowMs: number): Connection;
  giveBack(connection: Connection, nowMs: number): void;
  /** Ends a connection and the request on it. */
  discard(connection: Connection): void;
  close(): Promise<void>;
};

const lifeSpread = 0.2;

export function createConnections(spec: ConnectionSpec): Connections {
  const free: Connection[] = [];
  const all = createOpen(spec);

  function take(nowMs: number): Connection {
    if (all.count() < spec.spread) return all.open(nowMs);
    while (free.length > 0) {
      const connection = free.shift()!;
      if (connection.diesAtMs > nowMs) return connection;
      all.retire(connection);
    }
    return all.open(nowMs);
  }

  function giveBack(connection: Connection, nowMs: number): void {
    if (connection.diesAtMs > nowMs) free.push(connection);
    else all.retire(connection);
  }

  return { take, giveBack, discard: all.discard, close: all.close };
}

/** All connections that are open, used or not. */
type Open = Pick<Connections, "discard" | "close"> & {
  count(): number;
  open(nowMs: number): Connection;
  /** Ends an unused connection. */
  retire(connection: Connection): void;
};

function createOpen(spec: ConnectionSpec): Open {
  const all = new Set<Connection>();
  let opened = 0;
  return {
    count: () => all.size,
    open(nowMs) {
      const isFirst = opened++ < spec.spread;
      const connection = { client: createClient(spec), diesAtMs: nowMs + drawLifeMs(spec, isFirst) };
      all.add(connection);
      return connection;
    },
    retire(connection) {
      all.delete(connection);
      void connection.client.close();
    },
    discard(connection) {
      all.delete(connection);
      void connection.client.destroy();
    },
    async close() {
      await Promise.all([...all].map(({ client }) => client.destroy()));
    },
  };
}

function createClient({ origin, connectTimeoutMs }: ConnectionSpec): Client {
  return new Client(origin, {
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: connectTimeoutMs },
  });
}

/** @param isFirst  those were all opened at once: lives cut at random keep them from all dying at once */
function drawLifeMs({ lifeMs, rng }: ConnectionSpec, isFirst: boolean): number {
  const life = lifeMs * rng.between(1 - lifeSpread, 1 + lifeSpread);
  return isFirst ? rng.between(0.1, 1) * life : life;
}
