import { expect, test } from "vitest";
import { guardBounds } from "../../../src/control/guard/bounds.ts";
import { needPriors } from "../../../src/control/need/prior.ts";
import type { Call, Endpoint, Service, Topology } from "../../../src/system/topology/topology.ts";

const none = { kind: "constant", mean: 0 } as const;

function endpoint(name: string, workMs: number, calls: readonly (readonly Call[])[] = []): Endpoint {
  return { name, workMs: { kind: "constant", mean: workMs }, errorRate: 0, addedLatencyMs: none, calls };
}

function call(to: string, probability: number, times = 1): Call {
  return { service: to, endpoint: "get", probability, times, timeoutMs: 1000, retries: 0 };
}

function service(name: string, cpuMilli: number, endpoints: readonly Endpoint[], maxReplicas: number): Service {
  return {
    name,
    cpuMilli,
    memoryMiB: 64,
    minReplicas: 1,
    maxReplicas,
    startupMs: none,
    concurrency: 8,
    queueLimit: 64,
    endpoints,
    incidents: { warning: 0, error: 0, degraded: 0, failure: 0 },
  };
}

/** The entry calls the left branch always and the right one in half of the requests; both call the store. */
const diamond: Topology = {
  name: "diamond",
  services: [
    service("gate", 500, [endpoint("get", 5, [[call("left", 1), call("right", 0.5)]])], 4),
    service("left", 250, [endpoint("get", 10, [[call("store", 1, 2)]])], 6),
    service("right", 1000, [endpoint("get", 20, [[call("store", 0.4)]]), endpoint("unused", 1000)], 8),
    service("store", 100, [endpoint("get", 1)], 9),
  ],
  entries: [{ service: "gate", endpoint: "get", share: 1 }],
  objective: { p95Ms: 200, availability: 0.99 },
};

test("the prior of a service is its visits times its work over its CPU", () => {
  const { priorPodsPerEntryRequest, priorPodsPerRequest } = needPriors(diamond);
  expect([...priorPodsPerEntryRequest]).toEqual([0.01, 0.04, 0.01, 2.2 / 100]);
  expect([...priorPodsPerRequest]).toEqual([0.01, 0.04, 0.02, 0.01]);
});

test("the guard's bounds are the topology's", () => {
  const { minReplicas, maxReplicas } = guardBounds(diamond);
  expect([...minReplicas]).toEqual([1, 1, 1, 1]);
  expect([...maxReplicas]).toEqual([4, 6, 8, 9]);
});
