import type { Express } from "express";
import { startBurningThreads } from "./burning-threads.ts";
import { createAdmission } from "./admission.ts";
import { createApp } from "./app.ts";
import { type Caller, createCaller } from "./calls.ts";
import { createColdness } from "./coldness.ts";
import type { MockConfig } from "./config.ts";
import { burnCpu, processCpuMs, threadCpuMs } from "./cpu-clock.ts";
import { type Faults, createFaults } from "./faults.ts";
import { createIncidents } from "./incidents.ts";
import { log } from "./log.ts";
import { createMemory } from "./memory.ts";
import { type Metrics, createMetrics } from "./metrics.ts";
import { createOverhead } from "./overhead.ts";
import { type Quota, blockThread, createQuota } from "./quota.ts";
import { type Random, createRandom } from "./random.ts";
import type { Replica } from "./replica.ts";
import { createReducedQuota } from "./reduced-quota.ts";
import { createRoundRobin } from "./round-robin.ts";

export type ReplicaIdentity = {
  readonly podName: string;
  readonly seed: string;
  readonly controlToken: string | undefined;
};

/** A replica and its routes, on the real clocks. */
export async function createReplicaApp(
  config: MockConfig,
  identity: ReplicaIdentity,
): Promise<{ readonly app: Express; readonly replica: Replica; readonly metrics: Metrics }> {
  const replica = await createReplica(config, identity);
  const metrics = createMetrics({
    inFlight: replica.admission.inFlight,
    queued: replica.admission.queued,
    waitMs: () => replica.totals.waitMs,
    workMs: () => replica.totals.workMs,
    throttledMs: replica.quota.throttledMs,
    flooded: () => replica.totals.flooded,
  });
  return { app: createApp(config, metrics, replica, identity.controlToken), replica, metrics };
}

async function createReplica(config: MockConfig, { podName, seed }: ReplicaIdentity): Promise<Replica> {
  const random = createRandom(`${seed}/${podName}`);
  const faults = createFaults(config.faults ?? [], { nowMs, epochMs: Date.now }, crash);
  const quota = quotaOf(config, faults);
  const runSlice = (ms: number): number => {
    const usedMs = burnCpu(ms, threadCpuMs);
    quota.check();
    return usedMs;
  };
  const admission = createAdmission(config);
  const cpu = createRoundRobin(runSlice, setImmediate, startBurningThreads(config.cpuLimitMilli));
  return {
    service: config.service,
    admission,
    cpu,
    overhead: createOverhead(processCpuMs, cpu.burntMs),
    quota,
    incidents: createIncidents(config, {
      nowMs,
      uniform: createRandom(`${seed}/${podName}/incidents`).uniform,
      log: (kind) => log("incident", { service: config.service, pod: podName, kind }),
      crash,
    }),
    faults,
    coldness: createColdness(config.coldStart, nowMs),
    memory: createMemory(config.memory, {
      residentMiB: () => process.memoryUsage.rss() / 1_048_576,
      killed: () => killedForMemory(config.service, podName),
    }),
    random,
    growth: growthOf(config.workGrowth, admission.inFlight),
    call: await callerOf(config, random),
    lifecycle: { isRehearsing: true, isReady: false, isDraining: false },
    totals: { waitMs: 0, workMs: 0, flooded: 0 },
  };
}

const crash = (): never => process.exit(1);
/** As the kernel's SIGKILL shows in a container's exit code. */
const OUT_OF_MEMORY = 137;

function killedForMemory(service: string, pod: string): never {
  log("out-of-memory", { service, pod });
  process.exit(OUT_OF_MEMORY);
}

const nowMs = (): number => performance.now();

function growthOf(table: MockConfig["workGrowth"], inFlight: () => number): () => number {
  if (table === undefined) return () => 1;
  return () => table[Math.min(inFlight(), table.length) - 1]!;
}

function quotaOf({ emulateCpuLimit, cpuLimitMilli }: MockConfig, faults: Faults): Quota {
  const create = emulateCpuLimit ? createQuota : createReducedQuota;
  const clocks = { nowMs, cpuMs: processCpuMs, block: blockThread };
  return create(cpuLimitMilli / 1_000, clocks, () => faults.limitDivisor());
}

async function callerOf(config: MockConfig, random: Random): Promise<Caller> {
  const isCalling = config.endpoints.some(({ calls }) => calls.length > 0);
  return isCalling ? createCaller(config, random) : () => Promise.reject(new Error("this service calls nobody"));
}
