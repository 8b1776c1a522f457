import { createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { KarmaError } from "../../core/errors.ts";
import { serveStream } from "./serve-stream.ts";
import { errorFrame, type Session } from "./session.ts";

/** Clients at a time: each has games of its own. */
const mostClients = 16;

export type EnvServer = { readonly port: number; close(): Promise<void> };

/**
 * Listens on this machine only.
 *
 * @param port  0 for any that is free
 * @param onFailure  told of what should not happen in a conversation; the others go on
 */
export async function startEnvServer(
  createClientSession: () => Session,
  port: number,
  onFailure: (error: unknown) => void,
): Promise<EnvServer> {
  const closing = new AbortController();
  const clients = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const isOneTooMany = clients.size >= mostClients;
    clients.add(client);
    // A client that goes away is no failure of ours; its stream ends.
    client.on("error", () => {});
    client.on("close", () => clients.delete(client));
    if (isOneTooMany) {
      client.end(errorFrame(new Error(`expected at most ${mostClients} clients at a time, found one more`)));
      return;
    }
    serveStream(client, client, createClientSession(), closing.signal)
      .catch(onFailure)
      .finally(() => client.end());
  });
  await listen(server, port);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a server without a port");
  return {
    port: address.port,
    async close() {
      closing.abort();
      for (const client of clients) client.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (cause) {
    const message = `cannot listen on 127.0.0.1:${port}: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new KarmaError("TOOL_FAILED", message, "name another --port, or leave it out for any that is free", {
      cause,
    });
  }
}
