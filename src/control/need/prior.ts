import type { Endpoint, Service, Topology } from "../../system/topology/topology.ts";
import type { NeedSpec } from "./estimate.ts";

export type NeedPriors = Required<Pick<NeedSpec, "priorPodsPerEntryRequest" | "priorPodsPerRequest">>;

/** What a topology declares of its needs, before anything was seen. Retries and failed calls are not counted. */
export function needPriors(topology: Topology): NeedPriors {
  const visits = visitsPerEntryRequest(topology);
  const priorPodsPerEntryRequest = new Float64Array(topology.services.length);
  const priorPodsPerRequest = new Float64Array(topology.services.length);
  for (const [index, service] of topology.services.entries()) {
    const requests = service.endpoints.reduce((sum, { name }) => sum + (visits.get(keyOf(service.name, name)) ?? 0), 0);
    const cpuMs = service.endpoints.reduce((sum, endpoint) => sum + visitedWorkMs(visits, service, endpoint), 0);
    priorPodsPerEntryRequest[index] = cpuMs / service.cpuMilli;
    priorPodsPerRequest[index] = requests === 0 ? 0 : cpuMs / requests / service.cpuMilli;
  }
  return { priorPodsPerEntryRequest, priorPodsPerRequest };
}

function visitedWorkMs(visits: ReadonlyMap<string, number>, service: Service, endpoint: Endpoint): number {
  return (visits.get(keyOf(service.name, endpoint.name)) ?? 0) * endpoint.workMs.mean;
}

/** Mean requests to each endpoint (`service/endpoint`) per request at the entry. */
function visitsPerEntryRequest(topology: Topology): ReadonlyMap<string, number> {
  const visits = new Map<string, number>();
  const add = (service: string, endpoint: string, count: number): void => {
    const key = keyOf(service, endpoint);
    visits.set(key, (visits.get(key) ?? 0) + count);
  };
  for (const { service, endpoint, share } of topology.entries) add(service, endpoint, share);
  // Callers stand before the services they call, so that every count is complete when its turn comes.
  for (const service of topology.services) {
    for (const { name, calls } of service.endpoints) {
      const count = visits.get(keyOf(service.name, name)) ?? 0;
      for (const call of calls.flat()) add(call.service, call.endpoint, count * call.probability * call.times);
    }
  }
  return visits;
}

function keyOf(service: string, endpoint: string): string {
  return `${service}/${endpoint}`;
}
