import type {
  MockCall,
  MockColdStart,
  MockConfig,
  MockDistribution,
  MockEndpoint,
  MockMemory,
} from "../../../mocks/src/config.ts";
import type { Distribution } from "../../core/distribution.ts";
import {
  type Call,
  type ColdStart,
  type Endpoint,
  type MemoryUse,
  type Topology,
  serviceIndex,
} from "../topology/topology.ts";
import { connectionLifeMs } from "../workload/connection-life.ts";

export type MockConfigOptions = {
  /** Base URL of a service, as its callers see it. */
  readonly addressOf: (service: string) => string;
  /** True where no kernel enforces the CPU limit. */
  readonly emulateCpuLimit: boolean;
  /** How many seconds of the scenario pass in one second; >= 1. */
  readonly timeScale: number;
};

/** What each replica of a service is told. Keys stand in the order of the contract, so that files are stable. */
export function mockConfig(topology: Topology, service: string, options: MockConfigOptions): MockConfig {
  const own = topology.services[serviceIndex(topology, service)]!;
  const called = new Set(own.endpoints.flatMap(({ calls }) => calls.flat().map((call) => call.service)));
  return {
    service: own.name,
    cpuLimitMilli: own.cpuMilli,
    emulateCpuLimit: options.emulateCpuLimit,
    concurrency: own.concurrency,
    queueLimit: own.queueLimit,
    endpoints: own.endpoints.map((endpoint) => endpointConfig(endpoint, topology)),
    upstreams: Object.fromEntries([...called].toSorted().map((name) => [name, options.addressOf(name)])),
    incidents: {
      warning: own.incidents.warning,
      error: own.incidents.error,
      degraded: own.incidents.degraded,
      failure: own.incidents.failure,
    },
    connectionLifeMs: connectionLifeMs / options.timeScale,
    timeScale: options.timeScale,
    ...(own.workGrowth === undefined ? {} : { workGrowth: own.workGrowth }),
    ...(own.coldStart === undefined ? {} : { coldStart: coldConfig(own.coldStart, options.timeScale) }),
    ...(own.memory === undefined ? {} : { memory: memoryConfig(own.memory, own.memoryMiB, options) }),
  };
}

function coldConfig(cold: ColdStart, timeScale: number): MockColdStart {
  const { factor } = cold;
  return "requests" in cold ? { factor, requests: cold.requests } : { factor, forMs: cold.ms / timeScale };
}

/** Who emulates the kernel's CPU limit has no memory limit by the kernel either. */
function memoryConfig(
  { baseMiB, perRequestMiB, retainedMiB }: MemoryUse,
  limitMiB: number,
  { emulateCpuLimit }: MockConfigOptions,
): MockMemory {
  return { baseMiB, perRequestMiB, retainedMiB, ...(emulateCpuLimit ? { limitMiB } : {}) };
}

function endpointConfig(endpoint: Endpoint, topology: Topology): MockEndpoint {
  const { name, workMs, errorRate, addedLatencyMs, calls, responseKiB } = endpoint;
  return {
    name,
    workMs: distributionConfig(workMs),
    errorRate,
    addedLatencyMs: distributionConfig(addedLatencyMs),
    calls: calls.map((step) => step.map((call) => callConfig(call, topology))),
    ...(responseKiB === undefined ? {} : { responseBytes: Math.round(responseKiB * BYTES_PER_KIB) }),
  };
}

const BYTES_PER_KIB = 1_024;

function callConfig(call: Call, topology: Topology): MockCall {
  const { service, endpoint, probability, times, timeoutMs, retries, backoffMs, retryBudget } = call;
  const { endpoints } = topology.services[serviceIndex(topology, service)]!;
  const { requestKiB } = endpoints.find(({ name }) => name === endpoint)!;
  return {
    service,
    endpoint,
    probability,
    times,
    timeoutMs,
    retries,
    ...(backoffMs === undefined ? {} : { backoffMs }),
    ...(retryBudget === undefined ? {} : { retryBudget }),
    ...(requestKiB === undefined ? {} : { requestBytes: Math.round(requestKiB * BYTES_PER_KIB) }),
  };
}

function distributionConfig(distribution: Distribution): MockDistribution {
  const { kind, mean } = distribution;
  switch (kind) {
    case "constant":
    case "exponential":
      return { kind, mean };
    case "lognormal":
      return { kind, mean, cv: distribution.cv };
    case "normal":
      return { kind, mean, sd: distribution.sd, min: distribution.min, max: distribution.max };
  }
}
