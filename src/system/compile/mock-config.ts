import type { MockCall, MockConfig, MockDistribution, MockEndpoint } from "../../../mocks/src/config.ts";
import type { Distribution } from "../../core/distribution.ts";
import { type Call, type Endpoint, type Topology, serviceIndex } from "../topology/topology.ts";
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
    endpoints: own.endpoints.map(endpointConfig),
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
  };
}

function endpointConfig({ name, workMs, errorRate, addedLatencyMs, calls }: Endpoint): MockEndpoint {
  return {
    name,
    workMs: distributionConfig(workMs),
    errorRate,
    addedLatencyMs: distributionConfig(addedLatencyMs),
    calls: calls.map((step) => step.map(callConfig)),
  };
}

function callConfig(call: Call): MockCall {
  const { service, endpoint, probability, times, timeoutMs, retries, backoffMs, retryBudget } = call;
  return {
    service,
    endpoint,
    probability,
    times,
    timeoutMs,
    retries,
    ...(backoffMs === undefined ? {} : { backoffMs }),
    ...(retryBudget === undefined ? {} : { retryBudget }),
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
