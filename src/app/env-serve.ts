import { KarmaError } from "../core/errors.ts";
import { serveStream } from "../serve/env/serve-stream.ts";
import { createSession, type Session } from "../serve/env/session.ts";
import { startEnvServer } from "../serve/env/start-server.ts";
import { type EnvRequest, gameMaker } from "./env-game.ts";
import type { Host } from "./host.ts";

export type ServeRequest = EnvRequest & {
  /** Games that one client steps at once. */
  readonly batch: number;
  /** Of this machine; 0 for any that is free. */
  readonly port: number;
};

/** Whoever asked for a game, over the standard streams of this process. */
export type StandardStreams = { readonly input: NodeJS.ReadStream; readonly output: NodeJS.WriteStream };

/** Numbers of the longest answer that one step may have. */
const MOST_CELLS = 4_000_000;

/**
 * Serves games to the clients of this machine until the user stops it.
 *
 * @param onPort  told when clients may come
 */
export async function serveEnv(request: ServeRequest, host: Host, onPort: (port: number) => void): Promise<void> {
  const ended = Promise.withResolvers<void>();
  host.signal.addEventListener("abort", () => ended.resolve(), { once: true });
  const tell = (error: unknown): void =>
    void host.progress.step(`a conversation failed: ${String(error)}`, async () => {});
  const server = await startEnvServer(sessionMaker(request), request.port, tell);
  try {
    onPort(server.port);
    if (!host.signal.aborted) await ended.promise;
  } finally {
    await server.close();
  }
}

/** Serves one client over the standard streams, until it closes them or the user stops it. */
export async function serveEnvHere(request: ServeRequest, host: Host, streams: StandardStreams): Promise<void> {
  await serveStream(streams.input, streams.output, sessionMaker(request)(), host.signal);
}

function sessionMaker(request: ServeRequest): () => Session {
  const { batch } = request;
  const create = gameMaker(request);
  const env = create(0);
  const cells = env.possibleAgents.reduce((sum, agent) => {
    const space = env.observationSpace(agent);
    return sum + (space.kind === "box" ? space.low.length : 1);
  }, 0);
  if (batch * cells > MOST_CELLS) {
    const message = `expected a batch of at most ${Math.floor(MOST_CELLS / cells)} of these games, found ${batch}`;
    throw new KarmaError("USAGE", message, "start several servers");
  }
  return () => createSession(create, batch);
}
