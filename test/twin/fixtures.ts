import { kubernetesTiming } from "../../src/control/loop/timing.ts";
import type { Timing } from "../../src/control/loop/timing.ts";
import { createRng } from "../../src/core/rng.ts";
import type { Call, Service, Topology } from "../../src/system/topology/topology.ts";
import { type Calibration, declaredCalibration } from "../../src/twin/calibrate/calibration.ts";
import type { FluidEpisode } from "../../src/twin/fluid/fluid-twin.ts";

export function call(to: string, probability: number, more: Partial<Call> = {}): Call {
  return { service: to, endpoint: "default", probability, times: 1, timeoutMs: 2_000, retries: 0, ...more };
}

export function service(name: string, workMs: number, calls: Call[][] = [], more: Partial<Service> = {}): Service {
  return {
    name,
    cpuMilli: 500,
    memoryMiB: 128,
    minReplicas: 1,
    maxReplicas: 24,
    startupMs: { kind: "normal", mean: 25_000, sd: 8_000, min: 8_000, max: 60_000 },
    concurrency: 32,
    queueLimit: 200,
    endpoints: [
      {
        name: "default",
        workMs: { kind: "exponential", mean: workMs },
        errorRate: 0,
        addedLatencyMs: { kind: "constant", mean: 0 },
        calls,
      },
    ],
    incidents: { warning: 0, error: 0, degraded: 0, failure: 0 },
    ...more,
  };
}

export function topologyOf(services: readonly Service[]): Topology {
  return {
    name: "fixture",
    services,
    entries: [{ service: services[0]!.name, endpoint: "default", share: 1 }],
    objective: { p95Ms: 200, availability: 0.99 },
  };
}

export const single: Topology = topologyOf([service("a", 5)]);

/** The chain of the measured comparison: capacities 100, 80, 50 and 75 requests per second and replica. */
export const chainedWide: Topology = topologyOf([
  service("a", 5, [[call("b", 0.7)], [call("c", 0.5)]]),
  service("b", 6.25, [[call("d", 0.8)]]),
  service("c", 10, [[call("d", 0.6)]]),
  service("d", 6.667),
]);

export function declared(topology: Topology, timing: Timing = kubernetesTiming): Calibration {
  return declaredCalibration(topology, timing);
}

export function episode(
  ratePerS: readonly number[],
  initialReplicas: readonly number[],
  more: Partial<FluidEpisode> = {},
): FluidEpisode {
  return {
    ratePerS: Float64Array.from(ratePerS),
    stepMs: 1_000,
    rng: createRng(1),
    initialReplicas: Float64Array.from(initialReplicas),
    ...more,
  };
}
