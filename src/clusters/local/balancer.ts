import { once } from "node:events";
import { type Server, type Socket, connect, createServer } from "node:net";
import type { Rng } from "../../core/rng.ts";

const HOST = "127.0.0.1";

/**
 * One Kubernetes Service: a TCP address that stays, and behind it whatever pods are ready. It picks a pod per
 * connection, at random as kube-proxy's iptables rules do; a connection stays with its pod when that leaves the list.
 * Without endpoints a connection is reset.
 */
export type Balancer = {
  readonly url: string;
  setEndpoints(ports: readonly number[]): void;
  /** Ends every connection and gives the port back. */
  close(): Promise<void>;
};

export async function startBalancer(rng: Rng): Promise<Balancer> {
  let endpoints: readonly number[] = [];
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    open.add(client);
    client.once("close", () => open.delete(client));
    const port = endpoints[rng.integer(endpoints.length)];
    if (port === undefined) {
      client.on("error", ignoreError);
      client.resetAndDestroy();
    } else {
      join(client, connect({ host: HOST, port, noDelay: true, allowHalfOpen: true }));
    }
  });
  const url = `http://${HOST}:${await listen(server)}`;
  return {
    url,
    setEndpoints(ports) {
      endpoints = ports;
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, HOST);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has no port");
  return address.port;
}

/** A thin pipe: bytes, ends and resets of one side reach the other. */
function join(client: Socket, pod: Socket): void {
  for (const [from, to] of [
    [client, pod],
    [pod, client],
  ] as const) {
    from.pipe(to);
    // The event "close", which always follows, says so to the other side.
    from.on("error", ignoreError);
    from.once("close", (hadError: boolean) => {
      if (to.destroyed) return;
      if (hadError) to.resetAndDestroy();
      else if (!from.readableEnded) to.destroy();
    });
  }
}

function ignoreError(): void {}
