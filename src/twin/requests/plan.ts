import { scaleDistribution } from "../../core/distribution.ts";
import { milliCpuToCores } from "../../core/units.ts";
import {
  type ColdStart,
  type Endpoint,
  type Incidents,
  type Topology,
  serviceIndex,
} from "../../system/topology/topology.ts";
import { cpuMsPerEntryRequest } from "../../system/topology/bottleneck.ts";
import { visitRatios } from "../../system/topology/visit-ratios.ts";
import type { Calibration } from "../calibrate/calibration.ts";
import type { MemoryPlan } from "../fluid/memory-plan.ts";
import { payloadMs } from "../calibrate/payload.ts";
import { type Draw, drawOf } from "./draws.ts";

/** A topology and its calibration, flattened. Nodes are endpoints; calls are numbered through all of them. */
export type RequestPlan = {
  readonly services: readonly ServicePlan[];
  readonly nodes: readonly NodePlan[];
  readonly calls: readonly CallPlan[];
  readonly entries: readonly EntryPlan[];
  readonly objectiveMs: number;
  /** Most services that one service calls. */
  readonly mostUpstreams: number;
};

export type ServicePlan = {
  readonly name: string;
  readonly limitCores: number;
  /** CPUs that a replica can use at the same time. */
  readonly threads: number;
  readonly idleCpuShare: number;
  readonly concurrency: number;
  readonly queueLimit: number;
  /** On the way back to the caller, without a slot, ms. */
  readonly fixedMs: number;
  readonly startupMs: Draw;
  readonly incidents: Incidents;
  /** Factor on the work of a request that begins as the 1st, 2nd, … in work: [concurrency]; undefined = always 1. */
  readonly workGrowth: Float64Array | undefined;
  /** Undefined where a replica that has just started is as fast as any. */
  readonly cold: ColdStart | undefined;
  /** Undefined where memory is not looked at. */
  readonly memory: MemoryPlan | undefined;
  /** Any of the three matters. */
  readonly isStrained: boolean;
};

export type NodePlan = {
  readonly number: number;
  readonly service: number;
  /** CPU time of a request, ms. */
  readonly workMs: Draw;
  /** Part of that work which is not what its calls cost, [0, 1]. */
  readonly ownShare: number;
  /** CPU of the calls that every request makes, ms. */
  readonly certainCallsMs: number;
  /** Numbers of the calls that not every request makes. */
  readonly chancyCalls: readonly number[];
  readonly errorRate: number;
  /** Bodies on their way, on top of the service's fixed latency, ms. */
  readonly sentMs: number;
  readonly addedMs: Draw;
  /** The added latency is always the same, and more than none. */
  readonly isDelayed: boolean;
  /** Numbers of the calls of each step. */
  readonly steps: readonly (readonly number[])[];
};

export type CallPlan = {
  readonly number: number;
  readonly node: number;
  readonly service: number;
  /** Which of the caller's upstreams. */
  readonly upstream: number;
  /** Which of the endpoint's calls. */
  readonly place: number;
  readonly probability: number;
  readonly times: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly backoffMs: number;
  readonly retryBudget: number | undefined;
};

export type EntryPlan = { readonly node: number; readonly upTo: number; readonly share: number };

export type PlanOptions = {
  /** True capacity of a replica / what the calibration says: [services]. */
  readonly capacityFactor: Float64Array | undefined;
  readonly startupFactor: number;
  /** CPU at the caller for each call, ms. */
  readonly callCpuMs: number;
};

export function planRequests(topology: Topology, calibration: Calibration, options: PlanOptions): RequestPlan {
  const firstNode: number[] = [];
  let nodeCount = 0;
  for (const { endpoints } of topology.services) {
    firstNode.push(nodeCount);
    nodeCount += endpoints.length;
  }
  const nodeOf = (service: string, endpoint: string): number => {
    const index = serviceIndex(topology, service);
    return firstNode[index]! + topology.services[index]!.endpoints.findIndex(({ name }) => name === endpoint);
  };
  const calls: CallPlan[] = [];
  const factors = workFactors(topology, calibration, options.capacityFactor);
  let mostUpstreams = 1;
  const nodes = topology.services.flatMap(({ name, endpoints }, service) => {
    const upstreams = upstreamsOf(endpoints);
    mostUpstreams = Math.max(mostUpstreams, upstreams.length);
    return endpoints.map((endpoint, index): NodePlan => ({
      number: firstNode[service]! + index,
      service,
      workMs: drawOf(scaleDistribution(endpoint.workMs, factors[service]!)),
      ...planCallsCpu(endpoint, factors[service]!, options.callCpuMs, calls.length),
      errorRate: endpoint.errorRate,
      sentMs: payloadMs(topology, name, endpoint, calibration),
      addedMs: drawOf(endpoint.addedLatencyMs),
      isDelayed: endpoint.addedLatencyMs.kind === "constant" && endpoint.addedLatencyMs.mean > 0,
      steps: planCalls(endpoint, topology, calls, upstreams, nodeOf),
    }));
  });
  let upTo = 0;
  const entries = topology.entries.map(({ service, endpoint, share }) => {
    upTo += share;
    return { node: nodeOf(service, endpoint), upTo, share };
  });
  const services = topology.services.map((_, index) => planService(topology, calibration, index, options));
  return { services, nodes, calls, entries, objectiveMs: topology.objective.p95Ms, mostUpstreams };
}

function planService(
  topology: Topology,
  calibration: Calibration,
  index: number,
  { startupFactor }: PlanOptions,
): ServicePlan {
  const { name, cpuMilli, concurrency, queueLimit, incidents, workGrowth, memory, memoryMiB, coldStart } =
    topology.services[index]!;
  const { idleCpuShare, fixedLatencyMs, startupMs } = calibration.services[index]!;
  const limitCores = milliCpuToCores(cpuMilli);
  return {
    name,
    limitCores,
    threads: Math.max(1, Math.ceil(limitCores)),
    idleCpuShare,
    concurrency,
    queueLimit,
    fixedMs: fixedLatencyMs,
    startupMs: drawOf(scaleDistribution(startupMs, startupFactor)),
    incidents,
    workGrowth: workGrowth && Float64Array.from(workGrowth),
    isStrained: workGrowth !== undefined || memory !== undefined || coldStart !== undefined,
    cold: coldStart,
    memory: memory && { ...memory, limitMiB: memoryMiB },
  };
}

/** Measured CPU per request / declared, where endpoints count as often as they are called: [services]. */
function workFactors(topology: Topology, calibration: Calibration, capacity: Float64Array | undefined): Float64Array {
  const costMs = cpuMsPerEntryRequest(topology);
  const visits = visitRatios(topology);
  return Float64Array.from(calibration.services, ({ cpuMsPerRequest }, service) => {
    const declaredMs = costMs[service]! / visits[service]!;
    return (declaredMs > 0 ? cpuMsPerRequest / declaredMs : 1) / (capacity?.[service] ?? 1);
  });
}

function upstreamsOf(endpoints: readonly Endpoint[]): readonly string[] {
  return [...new Set(endpoints.flatMap(({ calls }) => calls.flat().map(({ service }) => service)))];
}

/**
 * Who makes more calls than the mean costs more, and the mean over all is what is calibrated.
 *
 * @param firstCall  number that the endpoint's first call will have
 */
function planCallsCpu(
  { workMs, calls }: Endpoint,
  factor: number,
  callCpuMs: number,
  firstCall: number,
): Pick<NodePlan, "ownShare" | "certainCallsMs" | "chancyCalls"> {
  const all = calls.flat();
  const meanCalls = all.reduce((sum, { probability, times }) => sum + probability * times, 0);
  if (workMs.mean === 0 || callCpuMs === 0) return { ownShare: 1, certainCallsMs: 0, chancyCalls: [] };
  const certain = all.reduce((sum, { probability, times }) => sum + (probability >= 1 ? times : 0), 0);
  return {
    ownShare: Math.max(0, 1 - (meanCalls * callCpuMs) / (workMs.mean * factor)),
    certainCallsMs: certain * callCpuMs,
    chancyCalls: all.flatMap(({ probability }, place) => (probability < 1 ? [firstCall + place] : [])),
  };
}

function planCalls(
  { calls }: Endpoint,
  topology: Topology,
  all: CallPlan[],
  upstreams: readonly string[],
  nodeOf: (service: string, endpoint: string) => number,
): number[][] {
  let place = 0;
  return calls.map((step) =>
    step.map(({ service, endpoint, backoffMs = 0, retryBudget, ...call }) => {
      const node = nodeOf(service, endpoint);
      const upstream = upstreams.indexOf(service);
      const to = serviceIndex(topology, service);
      all.push({ ...call, number: all.length, node, service: to, upstream, place: place++, backoffMs, retryBudget });
      return all.length - 1;
    }),
  );
}
