import { type Server, createServer } from "node:http";
import type { MockConfig } from "./config.ts";
import { clockStepMs, threadCpuMs } from "./cpu-clock.ts";
import { drain } from "./drain.ts";
import { type Environment, readEnvironment } from "./environment.ts";
import { readOrder, startupFactor } from "./faults.ts";
import { listen } from "./listen.ts";
import { loadConfig } from "./load-config.ts";
import { log } from "./log.ts";
import { rehearse } from "./rehearse.ts";
import type { Metrics } from "./metrics.ts";
import { createReplicaApp } from "./replica-app.ts";
import type { Replica } from "./replica.ts";

/** Longer than any caller keeps a connection, so that it is always the caller who closes. */
const KEEP_ALIVE_MS = 75_000;
const DRAIN_MS = 10_000;
const MINUTE_MS = 60_000;
/** A CPU clock that moves in larger steps makes slices as long as the step. */
const MAX_CLOCK_STEP_MS = 0.1;

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
  const { app, replica, metrics } = await createReplicaApp(config, environment);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 }, app);
  await rehearse(server, config);
  startCounting(replica, metrics);
  drainOnSigterm(server, replica, config);
  obeyStarter(replica);
  announce(config, environment, await listen(server, environment.port, environment.host));
  setInterval(() => replica.incidents.minute(), MINUTE_MS / config.timeScale).unref();
  const startupMs = environment.startupMs * startupFactor(config.faults ?? [], Date.now());
  setTimeout(() => becomeReady(replica), Math.max(0, startupMs - performance.now()));
}

/** Nothing of the rehearsal is to be seen; the CPU limit holds from here on. */
function startCounting(replica: Replica, metrics: Metrics): void {
  replica.lifecycle.isRehearsing = false;
  replica.memory.fillBase();
  replica.totals.waitMs = 0;
  replica.totals.workMs = 0;
  replica.random.restart();
  replica.overhead.restart();
  replica.quota.arm();
  metrics.reset();
}

function becomeReady({ coldness, lifecycle }: Replica): void {
  coldness.ready();
  lifecycle.isReady = true;
}

function drainOnSigterm(server: Server, { lifecycle, admission }: Replica, { timeScale }: MockConfig): void {
  process.removeAllListeners("SIGTERM");
  process.on("SIGTERM", () => drain(server, lifecycle, admission, DRAIN_MS / timeScale));
}

/** The process that started this one may give it orders. */
function obeyStarter({ faults, quota }: Replica): void {
  if (process.send === undefined) return;
  process.on("message", (message) => {
    const order = readOrder(message);
    if (order !== undefined) faults.obey(order);
    const milli = cpuLimitIn(message);
    if (milli !== undefined) quota.resize(milli / 1_000);
  });
}

/** Of a message that gives this replica another CPU limit, millicores; only a starter that emulates limits sends it. */
function cpuLimitIn(message: unknown): number | undefined {
  if (typeof message !== "object" || message === null || !("cpuLimitMilli" in message)) return undefined;
  const { cpuLimitMilli } = message;
  return typeof cpuLimitMilli === "number" && cpuLimitMilli > 0 ? cpuLimitMilli : undefined;
}

function announce({ service }: MockConfig, { podName }: Environment, port: number): void {
  const stepMs = clockStepMs(threadCpuMs);
  if (stepMs > MAX_CLOCK_STEP_MS) log("coarse-cpu-clock", { service, pod: podName, stepMs });
  if (process.send !== undefined) process.send({ type: "listening", port });
  else log("listening", { service, pod: podName, port });
}
