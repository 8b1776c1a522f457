import { sumOf } from "../../core/statistics.ts";
import { type Distribution, squaredCv, thirdMoment } from "../../core/distribution.ts";
import { milliCpuToCores } from "../../core/units.ts";
import {
  type Call,
  type ColdStart,
  type Endpoint,
  type Service,
  type Topology,
  serviceIndex,
} from "../../system/topology/topology.ts";
import { endpointVisitRatios } from "../../system/topology/visit-ratios.ts";
import type { Calibration } from "../calibrate/calibration.ts";
import { payloadMs } from "../calibrate/payload.ts";
import type { MemoryPlan } from "./memory-plan.ts";
import type { Station } from "./sojourn.ts";
import { type GrowthCurve, growthCurve } from "./work-growth.ts";

/** A topology and its calibration, flattened for the kernels. Services and nodes: callers before callees. */
export type FluidPlan = {
  /** A resize puts another in a place. */
  readonly services: ServicePlan[];
  /** Endpoints that requests reach. */
  readonly nodes: readonly NodePlan[];
  readonly entries: readonly { readonly node: number; readonly share: number }[];
  readonly edges: readonly Edge[];
  /** Calls that may be tried again. */
  readonly retries: number;
  /** Memory of any service is looked at. */
  readonly hasMemory: boolean;
  /** Any service has replicas that are slower when they have just started. */
  readonly hasColdStarts: boolean;
  readonly objectiveMs: number;
};

export type ServicePlan = {
  readonly station: Station;
  readonly idleCpuShare: number;
  /** Limit in force / the one that readings go by; below 1 in a fault. */
  readonly limitShare: number;
  /** Latency on top of CPU: mean (ms), variance (ms²) and third central moment (ms³). */
  readonly fixedMs: number;
  readonly fixedVariance: number;
  readonly fixedThird: number;
  /** Of `fixedMs` what a request waits inside a replica, ms. */
  readonly addedMs: number;
  /** Services whose replicas keep connections to this one; none where users do. */
  readonly callers: readonly number[];
  readonly timeScale: number;
  /** Requests one replica holds at the same time, in work and waiting. */
  readonly room: number;
  readonly concurrency: number;
  readonly maxReplicas: number;
  /** Share of the entry's arrivals that come here directly. */
  readonly entryShare: number;
  /** Requests here per request at the entry. */
  readonly visits: number;
  /** Undefined where work does not grow with the requests in work. */
  readonly growth: GrowthCurve | undefined;
  /** Undefined where memory is not looked at. */
  readonly memory: MemoryPlan | undefined;
  /** Undefined where a replica that has just started is as fast as any. */
  readonly cold: ColdStart | undefined;
};

/** Calls from one service to another. */
export type Edge = {
  readonly from: number;
  readonly to: number;
  /** Calls per processed request of the caller, the first try of each. */
  readonly callsPerRequest: number;
  /** Of them those that may be tried again. */
  readonly retried: readonly { readonly retry: number; readonly callsPerRequest: number }[];
};

export type NodePlan = {
  readonly service: number;
  /** Share of the service's requests that come to this endpoint. */
  readonly share: number;
  readonly errorRate: number;
  readonly steps: readonly (readonly CallPlan[])[];
};

export type CallPlan = {
  readonly node: number;
  readonly probability: number;
  readonly times: number;
  readonly timeoutMs: number;
  readonly retries: number;
  /** Number among the calls that may be tried again; -1 = never. */
  readonly retry: number;
  readonly backoffMs: number;
  /** Most further tries per call in the mean; Infinity = as many as fail. */
  readonly retryBudget: number;
};

type NodeKey = { readonly service: number; readonly endpoint: Endpoint; readonly share: number };

export function planFluid(topology: Topology, calibration: Calibration): FluidPlan {
  const visits = endpointVisitRatios(topology);
  const keys = topology.services.flatMap(({ endpoints }, service) => reachedEndpoints(endpoints, service, visits));
  const nodeOf = (service: string, endpoint: string): number => {
    const index = serviceIndex(topology, service);
    return keys.findIndex((key) => key.service === index && key.endpoint.name === endpoint);
  };
  const retried = keys.flatMap(({ endpoint }) => endpoint.calls.flat().filter(({ retries }) => retries > 0));
  const retryOf = (call: Call): number => retried.indexOf(call);
  return {
    services: topology.services.map((_, index) => planService(topology, calibration, index, visits[index]!)),
    nodes: keys.map(({ service, endpoint, share }) => ({
      service,
      share,
      errorRate: failingShare(endpoint, topology.services[service]!),
      steps: endpoint.calls.map((step) =>
        step.map((call) => ({
          ...call,
          node: nodeOf(call.service, call.endpoint),
          retry: retryOf(call),
          backoffMs: call.retries > 0 ? (call.backoffMs ?? 0) : 0,
          retryBudget: call.retryBudget ?? Infinity,
        })),
      ),
    })),
    entries: topology.entries.map(({ service, endpoint, share }) => ({ node: nodeOf(service, endpoint), share })),
    edges: planEdges(topology, keys, retryOf),
    retries: retried.length,
    hasColdStarts: topology.services.some(({ coldStart }) => coldStart !== undefined),
    hasMemory: topology.services.some(({ memory }) => memory !== undefined),
    objectiveMs: topology.objective.p95Ms,
  };
}

function reachedEndpoints(endpoints: readonly Endpoint[], service: number, visits: readonly Float64Array[]): NodeKey[] {
  const own = visits[service]!;
  const total = sumOf(own);
  return endpoints
    .map((endpoint, column) => ({ service, endpoint, share: own[column]! / total }))
    .filter(({ share }) => share > 0);
}

function planService(topology: Topology, calibration: Calibration, index: number, visits: Float64Array): ServicePlan {
  const service = topology.services[index]!;
  const measured = calibration.services[index]!;
  const total = sumOf(visits);
  const isEntry = topology.entries.some((entry) => entry.service === service.name);
  const mean = (of: (endpoint: Endpoint) => number): number =>
    service.endpoints.reduce((sum, endpoint, column) => sum + (of(endpoint) * visits[column]!) / total, 0);
  const sentMs = (endpoint: Endpoint): number => payloadMs(topology, service.name, endpoint, calibration);
  const addedMs = mean(({ addedLatencyMs }) => addedLatencyMs.mean);
  const apartMs = addedMs + mean(sentMs);
  const apartSquare = mean((endpoint) => squareOf(endpoint.addedLatencyMs, sentMs(endpoint)));
  const addedThird = mean(({ addedLatencyMs }) => thirdMoment(addedLatencyMs));
  // What was measured holds the doubled work of degraded replicas already.
  const workFactor = calibration.source === "measured" ? 1 : meanWorkFactor(service);
  const workMs = mean((endpoint) => endpoint.workMs.mean);
  const factor = measured.cpuMsPerRequest / workMs;
  const workSquare = mean((endpoint) => workVariance(endpoint, factor) + endpoint.workMs.mean ** 2);
  return {
    station: {
      workMs: measured.cpuMsPerRequest * workFactor,
      workScv: Math.max(0, workSquare / workMs ** 2 - 1),
      limitCores: milliCpuToCores(service.cpuMilli),
    },
    idleCpuShare: measured.idleCpuShare,
    limitShare: 1,
    fixedMs: measured.fixedLatencyMs + apartMs,
    fixedVariance: Math.max(0, apartSquare - apartMs ** 2),
    fixedThird: Math.max(0, addedThird),
    addedMs,
    callers: isEntry ? [] : callersOf(topology, service.name),
    timeScale: calibration.timing.timeScale,
    room: service.concurrency + service.queueLimit,
    concurrency: service.concurrency,
    maxReplicas: service.maxReplicas,
    entryShare: topology.entries.reduce((sum, entry) => sum + (entry.service === service.name ? entry.share : 0), 0),
    visits: total,
    growth: service.workGrowth && growthCurve(service.workGrowth),
    cold: service.coldStart,
    memory: service.memory && { ...service.memory, limitMiB: service.memoryMiB },
  };
}

/** Mean square of a waiting time and a constant on top of it. */
function squareOf(waiting: Distribution, moreMs: number): number {
  return (1 + squaredCv(waiting)) * waiting.mean ** 2 + 2 * waiting.mean * moreMs + moreMs * moreMs;
}

function callersOf({ services }: Topology, name: string): number[] {
  return services.flatMap(({ endpoints }, caller) =>
    endpoints.some(({ calls }) => calls.flat().some(({ service }) => service === name)) ? [caller] : [],
  );
}

/** What a keep-alive call costs its caller, ms of CPU. @source measured: zero-work mocks with and without a call */
const CALL_CPU_MS = 0.28;

/**
 * Variance of the declared work, ms². What calls cost is part of it and always the same, so only the rest varies.
 *
 * @param factor  calibrated CPU / declared
 */
function workVariance({ workMs, calls }: Endpoint, factor: number): number {
  const callMs = CALL_CPU_MS / factor;
  const made = calls.flat().map(({ probability, times }) => ({ probability, ms: times * callMs }));
  const ownMs = Math.max(0, workMs.mean - made.reduce((sum, { probability, ms }) => sum + probability * ms, 0));
  const chances = made.reduce((sum, { probability, ms }) => sum + probability * (1 - probability) * ms * ms, 0);
  return squaredCv(workMs) * ownMs * ownMs + chances;
}

/** Incidents last half a minute, so a replica with p per minute spends about p / 2 of its time in one. */
const INCIDENT_MINUTES = 0.5;

/** Degraded replicas do twice the work; in the mean over replicas and time. */
function meanWorkFactor({ incidents }: Service): number {
  return 1 + Math.min(1, incidents.degraded * INCIDENT_MINUTES);
}

function failingShare(endpoint: Endpoint, { incidents }: Service): number {
  const incident = 0.05 * Math.min(1, incidents.error * INCIDENT_MINUTES);
  return 1 - (1 - endpoint.errorRate) * (1 - incident);
}

/** A request that fails makes no calls. */
function planEdges(topology: Topology, nodes: readonly NodeKey[], retryOf: (call: Call) => number): readonly Edge[] {
  const edges = new Map<string, Edge>();
  for (const { service: from, endpoint, share } of nodes) {
    const good = share * (1 - failingShare(endpoint, topology.services[from]!));
    for (const call of endpoint.calls.flat()) {
      const to = serviceIndex(topology, call.service);
      const key = `${from} ${to}`;
      const before = edges.get(key);
      const callsPerRequest = good * call.probability * call.times;
      const own = call.retries > 0 ? [{ retry: retryOf(call), callsPerRequest }] : [];
      edges.set(key, {
        from,
        to,
        callsPerRequest: (before?.callsPerRequest ?? 0) + callsPerRequest,
        retried: [...(before?.retried ?? []), ...own],
      });
    }
  }
  return [...edges.values()];
}
