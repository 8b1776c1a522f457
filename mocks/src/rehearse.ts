import type { Server } from "node:http";
import { type Socket, connect } from "node:net";
import type { MockConfig } from "./config.ts";
import { connectionsTo } from "./connections.ts";
import { processCpuMs } from "./cpu-clock.ts";
import { listen } from "./listen.ts";
import { createRandom } from "./random.ts";

const MAX_CPU_MS = 100;
const MAX_REQUESTS = 300;
/** Many replicas that start at once on few cores take their time, ms. */
const SILENCE_MS = 30_000;

type Ask = (path: string) => Promise<unknown>;

/**
 * Lets the replica serve itself some requests, so that the engine has compiled its code before the first real one
 * comes. It serves them on a port of its own; endpoints must neither call nor count yet. At most about 100 ms of CPU.
 *
 * The very routes that serve later are used: a second copy of them would leave the engine with code for both, and
 * each request would cost 1 us more for good.
 */
export async function rehearse(server: Server, { endpoints }: MockConfig): Promise<void> {
  const port = await listen(server, 0, "127.0.0.1");
  const socket = connect(port, "127.0.0.1");
  const askHere = askOn(socket);
  await askHere("metrics");
  const isCalling = endpoints.some(({ calls }) => calls.length > 0);
  const ask = isCalling ? await askAsCaller(port) : askHere;
  const untilMs = processCpuMs() + MAX_CPU_MS;
  for (let i = 0; i < MAX_REQUESTS && processCpuMs() < untilMs; i++) await ask(endpoints[i % endpoints.length]!.name);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** Rejects when the connection fails, closes, or stays silent: the replica then ends and says why. */
function askOn(socket: Socket): Ask {
  const lost = new Promise<never>((_, reject) => {
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the rehearsal's connection closed before the answer")));
  });
  socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error(`the rehearsal had no answer for ${SILENCE_MS} ms`)));
  return async (path) => {
    socket.write(`GET /${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    return Promise.race([new Promise((resolve) => socket.once("data", resolve)), lost]);
  };
}

/** Through the client for calls, so that it is warm too. */
async function askAsCaller(port: number): Promise<Ask> {
  const connections = await connectionsTo(`http://127.0.0.1:${port}`, 10_000, createRandom("rehearsal"));
  return (path) => new Promise((resolve) => connections.send({ path: `/${path}`, headers: {} }, 1_000, resolve));
}
