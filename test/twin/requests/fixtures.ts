import { kubernetesTiming } from "../../../src/control/loop/timing.ts";
import { createRng } from "../../../src/core/rng.ts";
import type { Distribution } from "../../../src/core/distribution.ts";
import type { Endpoint, Service, Topology } from "../../../src/system/topology/topology.ts";
import {
  type Calibration,
  type ServiceCalibration,
  declaredCalibration,
} from "../../../src/twin/calibrate/calibration.ts";
import {
  type RequestTwin,
  type RequestTwinOptions,
  createRequestTwin,
} from "../../../src/twin/requests/create-request-twin.ts";
import { service, topologyOf } from "../fixtures.ts";

/** One replica of whole cores; no queue is ever full. */
export function queueOf(workMs: Distribution, more: Partial<Service> = {}, endpoint: Partial<Endpoint> = {}): Service {
  const base = service("q", workMs.mean, [], { cpuMilli: 1_000, concurrency: 100_000, queueLimit: 100_000, ...more });
  return withEndpoint(base, { workMs, ...endpoint });
}

/** The same service with its one endpoint changed. */
export function withEndpoint(one: Service, endpoint: Partial<Endpoint>): Service {
  return { ...one, endpoints: [{ ...one.endpoints[0]!, ...endpoint }] };
}

export function exponential(mean: number): Distribution {
  return { kind: "exponential", mean };
}

export function constant(mean: number): Distribution {
  return { kind: "constant", mean };
}

/** Declared, but for the latency that no queueing theory knows. */
function bareCalibration(topology: Topology, fixedLatencyMs = 0): Calibration {
  const declared = declaredCalibration(topology, kubernetesTiming);
  const bare = (one: ServiceCalibration): ServiceCalibration => ({ ...one, fixedLatencyMs });
  return { ...declared, services: declared.services.map(bare) };
}

/** Users without patience limits, calls without CPU: as theory has it. */
export function bareTwin(
  topology: Topology,
  ratePerS: number,
  seed: number,
  more: Partial<RequestTwinOptions> = {},
): RequestTwin {
  return createRequestTwin(topology, bareCalibration(topology), {
    rng: createRng(seed),
    ratePerS: Float64Array.of(ratePerS),
    stepMs: 1_000,
    initialReplicas: new Float64Array(topology.services.length).fill(1),
    entryTimeoutMs: 1e9,
    callCpuMs: 0,
    ...more,
  });
}

/** Mean time in the system, ms: [seeds]. The first tenth is not counted. */
export function meansMs(twinOf: (seed: number) => RequestTwin, lengthS: number, seeds: number): number[] {
  return Array.from({ length: seeds }, (_, seed) => {
    const twin = twinOf(seed + 1);
    twin.advanceTo(lengthS * 100);
    const { served, latencyMs } = { ...twin.entry };
    twin.advanceTo(lengthS * 1_000);
    return (twin.entry.latencyMs - latencyMs) / (twin.entry.served - served);
  });
}

export function singleQueue(workMs: Distribution, more: Partial<Service> = {}): Topology {
  return topologyOf([queueOf(workMs, more)]);
}
