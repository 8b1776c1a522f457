import type { MockCall, MockConfig, MockEndpoint } from "../../mocks/src/config.ts";

export function endpointOf(overrides: Partial<MockEndpoint> = {}): MockEndpoint {
  return {
    name: "work",
    workMs: { kind: "constant", mean: 5 },
    errorRate: 0,
    addedLatencyMs: { kind: "constant", mean: 0 },
    calls: [],
    ...overrides,
  };
}

export function callOf(overrides: Partial<MockCall> = {}): MockCall {
  return { service: "next", endpoint: "work", probability: 1, times: 1, timeoutMs: 2_000, retries: 0, ...overrides };
}

/** A config that is valid: one endpoint, no limit, no incidents. */
export function configOf(overrides: Partial<MockConfig> = {}): MockConfig {
  return {
    service: "shop",
    cpuLimitMilli: 1_000,
    emulateCpuLimit: false,
    concurrency: 64,
    queueLimit: 100,
    endpoints: [endpointOf()],
    upstreams: {},
    incidents: { warning: 0, error: 0, degraded: 0, failure: 0 },
    connectionLifeMs: 10_000,
    timeScale: 1,
    ...overrides,
  };
}
