import type { Distribution } from "../src/core/distribution.ts";
import type { Call, Service, Topology } from "../src/system/topology/topology.ts";

/** Each service calls two others, each every other time, so one of each level is visited per request. */
export function tree(size: number): Topology {
  const calls = (i: number): Call[] =>
    [2 * i + 1, 2 * i + 2].filter((child) => child < size).map((child) => callOf(`s${child}`, 0.5));
  return topologyOf(
    Array.from({ length: size }, (_, i) => serviceOf(`s${i}`, { kind: "exponential", mean: 5 }, calls(i))),
  );
}

export function topologyOf(services: readonly Service[]): Topology {
  return {
    name: "bench",
    services,
    entries: [{ service: services[0]!.name, endpoint: "work", share: 1 }],
    objective: { p95Ms: 200, availability: 0.99 },
  };
}

export function callOf(service: string, probability: number): Call {
  return { service, endpoint: "work", probability, times: 1, timeoutMs: 5_000, retries: 0 };
}

export function serviceOf(
  name: string,
  workMs: Distribution,
  calls: readonly Call[],
  more: Partial<Service> = {},
): Service {
  return {
    name,
    cpuMilli: 500,
    memoryMiB: 128,
    minReplicas: 1,
    maxReplicas: 24,
    startupMs: { kind: "constant", mean: 20_000 },
    concurrency: 64,
    queueLimit: 100_000,
    endpoints: [
      {
        name: "work",
        workMs,
        errorRate: 0,
        addedLatencyMs: { kind: "constant", mean: 0 },
        calls: calls.map((call) => [call]),
      },
    ],
    incidents: { warning: 0, error: 0, degraded: 0, failure: 0 },
    ...more,
  };
}
