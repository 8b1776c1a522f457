import { createServer } from "node:http";
import { type Socket, connect } from "node:net";
import type { MockConfig, MockEndpoint } from "./config.ts";
import { processCpuMs } from "./cpu-clock.ts";
import { listen } from "./listen.ts";
import { createReplicaApp } from "./replica-app.ts";

const MAX_CPU_MS = 100;
const MAX_REQUESTS = 300;
const NOTHING = { kind: "constant", mean: 0 } as const;

/**
 * Serves itself some requests, so that the engine has compiled the code before the first real one comes. They go to a
 * server of their own and are counted nowhere. At most about 100 ms of CPU.
 */
export async function warmUp(config: MockConfig): Promise<void> {
  const server = createServer();
  const port = await listen(server, 0, "127.0.0.1");
  const { app } = await createReplicaApp(warmUpConfig(config, port), { podName: "warm-up", seed: "0" });
  server.on("request", app);
  const paths = config.endpoints.some(makesCalls) ? ["root", "leaf"] : ["leaf"];
  await requestInTurn(connect(port, "127.0.0.1"), ["metrics", "readyz", ...paths]);
  server.closeAllConnections();
  server.close();
}

const makesCalls = ({ calls }: MockEndpoint): boolean => calls.length > 0;

function warmUpConfig(config: MockConfig, port: number): MockConfig {
  const work = { kind: "constant", mean: 0.6 } as const;
  const leaf = { name: "leaf", workMs: work, errorRate: 0, addedLatencyMs: NOTHING, calls: [] };
  const call = { service: "self", endpoint: "leaf", probability: 1, times: 1, timeoutMs: 1_000, retries: 0 };
  return {
    ...config,
    emulateCpuLimit: false,
    concurrency: 4,
    endpoints: config.endpoints.some(makesCalls) ? [leaf, { ...leaf, name: "root", calls: [[call]] }] : [leaf],
    upstreams: { self: `http://127.0.0.1:${port}` },
    incidents: { warning: 0, error: 0, degraded: 0, failure: 0 },
  };
}

/** The first two paths once, then the others in turn until the time is spent. */
async function requestInTurn(socket: Socket, paths: readonly string[]): Promise<void> {
  const untilMs = processCpuMs() + MAX_CPU_MS;
  const repeated = paths.slice(2);
  for (let i = 0; i < MAX_REQUESTS && processCpuMs() < untilMs; i++) {
    const path = i < 2 ? paths[i] : repeated[i % repeated.length];
    socket.write(`GET /${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    await new Promise((resolve) => socket.once("data", resolve));
  }
  socket.destroy();
}
