import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdmission } from "./admission.ts";
import { createApp } from "./app.ts";
import { type Caller, createCaller } from "./calls.ts";
import type { MockConfig } from "./config.ts";
import { burnCpu, clockStepMs, processCpuMs, threadCpuMs } from "./cpu-clock.ts";
import { drain } from "./drain.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { createIncidents } from "./incidents.ts";
import { loadConfig } from "./load-config.ts";
import { log } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { createOverhead } from "./overhead.ts";
import { blockThread, createQuota, unlimited } from "./quota.ts";
import { type Random, createRandom } from "./random.ts";
import type { Replica } from "./replica.ts";
import { createRoundRobin } from "./round-robin.ts";

/** Runs one replica until it is told to stop. */
export async function run(configPath: string | undefined, env: NodeJS.ProcessEnv): Promise<void> {
  if (configPath === undefined) return refuse(["usage: node mocks/src/main.ts CONFIG.json"]);
  const config = loadConfig(configPath);
  if ("errors" in config) return refuse(config.errors);
  const environment = readEnvironment(env);
  if ("errors" in environment) return refuse(environment.errors);
  await start(config, environment);
}

function refuse(errors: readonly string[]): never {
  console.error(errors.join("\n"));
  process.exit(1);
}

async function start(config: MockConfig, environment: Environment): Promise<void> {
  const random = createRandom(`${environment.seed}/${environment.podName}`);
  const replica = await createReplica(config, environment, random);
  const metrics = createMetrics({
    inFlight: replica.admission.inFlight,
    queued: replica.admission.queued,
    waitMs: () => replica.totals.waitMs,
    workMs: () => replica.totals.workMs,
    throttledMs: replica.quota.throttledMs,
  });
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 },
    createApp(config, metrics, replica),
  );
  server.listen(environment.port, environment.host, () => announce(config, environment, server.address()));
  process.on("SIGTERM", () => drain(server, replica.lifecycle, replica.admission, DRAIN_MS / config.timeScale));
  process.on("disconnect", () => process.exit(0));
  setInterval(() => replica.incidents.minute(), 60_000 / config.timeScale).unref();
  setTimeout(() => (replica.lifecycle.isReady = true), Math.max(0, environment.startupMs - performance.now()));
}

/** Longer than any caller keeps a connection, so that it is always the caller who closes. */
const KEEP_ALIVE_MS = 75_000;
const DRAIN_MS = 10_000;

async function createReplica(config: MockConfig, { podName }: Environment, random: Random): Promise<Replica> {
  const cpu = createRoundRobin((ms) => {
    const usedMs = burnCpu(ms, threadCpuMs);
    quota.check();
    return usedMs;
  }, setImmediate);
  const quota = config.emulateCpuLimit
    ? createQuota(config.cpuLimitMilli / 1_000, {
        nowMs: () => performance.now(),
        cpuMs: processCpuMs,
        block: blockThread,
      })
    : unlimited;
  const fields = { service: config.service, pod: podName };
  return {
    admission: createAdmission(config),
    cpu,
    overhead: createOverhead(processCpuMs, cpu.burntMs),
    quota,
    incidents: createIncidents(config, {
      nowMs: () => performance.now(),
      uniform: random.uniform,
      log: (kind) => log("incident", { ...fields, kind }),
      crash: () => process.exit(1),
    }),
    random,
    call: await callerOf(config, random),
    lifecycle: { isReady: false, isDraining: false },
    totals: { waitMs: 0, workMs: 0 },
  };
}

async function callerOf(config: MockConfig, random: Random): Promise<Caller> {
  const isCalling = config.endpoints.some(({ calls }) => calls.length > 0);
  return isCalling ? createCaller(config, random) : () => Promise.reject(new Error("this service calls nobody"));
}

function announce(config: MockConfig, { podName }: Environment, address: AddressInfo | string | null): void {
  if (address === null || typeof address === "string") throw new Error(`not an address of TCP: ${address}`);
  const { port } = address;
  const stepMs = clockStepMs(threadCpuMs);
  if (stepMs > MAX_CLOCK_STEP_MS) log("coarse-cpu-clock", { service: config.service, pod: podName, stepMs });
  if (process.send !== undefined) process.send({ type: "listening", port });
  else log("listening", { service: config.service, pod: podName, port });
}

const MAX_CLOCK_STEP_MS = 0.1;
