import { type Topology, fullWorkFactor } from "./topology.ts";
import { endpointVisitRatios } from "./visit-ratios.ts";

/** CPU time that one request at the entry costs each service in the mean, ms, where work has not grown: [services]. */
export function cpuMsPerEntryRequest(topology: Topology): Float64Array {
  const visits = endpointVisitRatios(topology);
  return Float64Array.from(topology.services, ({ endpoints }, index) =>
    endpoints.reduce((sum, { workMs }, column) => sum + workMs.mean * visits[index]![column]!, 0),
  );
}

/** The largest entry rate that every service can serve for good at its maximum replicas, requests per second. */
export function bottleneckRatePerS(topology: Topology): number {
  return Math.min(...fullAtPerS(topology));
}

/** Entry requests per second at which each service is full with its maximum of replicas: [services]. */
export function fullAtPerS(topology: Topology): readonly number[] {
  const costMs = cpuMsPerEntryRequest(topology);
  // One millicore is one ms of CPU time per second.
  return topology.services.map(
    (service, i) => (service.maxReplicas * service.cpuMilli) / (costMs[i]! * fullWorkFactor(service)),
  );
}
