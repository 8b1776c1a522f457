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
  const all = new Set<Connection>();
  let opened = 0;

  function open(nowMs: number): Connection {
    const life = spec.lifeMs * spec.rng.between(1 - lifeSpread, 1 + lifeSpread);
    // The first ones were all opened at once: lives cut at random keep them from all dying at once.
    const share = opened++ < spec.spread ? spec.rng.between(0.1, 1) : 1;
    const client = new Client(spec.origin, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: spec.connectTimeoutMs },
    });
    const connection = { client, diesAtMs: nowMs + share * life };
    all.add(connection);
    return connection;
  }

  function retire(connection: Connection): void {
    all.delete(connection);
    void connection.client.close();
  }

  function take(nowMs: number): Connection {
    if (all.size < spec.spread) return open(nowMs);
    while (free.length > 0) {
      const connection = free.shift()!;
      if (connection.diesAtMs > nowMs) return connection;
      retire(connection);
    }
    return open(nowMs);
  }

  function giveBack(connection: Connection, nowMs: number): void {
    if (connection.diesAtMs > nowMs) free.push(connection);
    else retire(connection);
  }

  function discard(connection: Connection): void {
    all.delete(connection);
    void connection.client.destroy();
  }

  return {
    take,
    giveBack,
    discard,
    close: async () => {
      await Promise.all([...all].map(({ client }) => client.destroy()));
    },
  };
}
