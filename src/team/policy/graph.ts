import type { Service, Topology } from "../../system/topology/topology.ts";

/** Which services stand before and behind each service; indices as in the topology. */
export type ServiceGraph = {
  /** All direct and indirect callers: [services][...]. */
  readonly upstream: readonly (readonly number[])[];
  /** All services called, directly or not: [services][...]. */
  readonly downstream: readonly (readonly number[])[];
  /** Longest way from an entry, 0 at the entry: [services]. */
  readonly depth: readonly number[];
};

/** Callers stand before the services they call in a topology, so one pass in each direction is enough. */
export function serviceGraph(topology: Topology): ServiceGraph {
  const index = new Map(topology.services.map(({ name }, at) => [name, at]));
  const callees = topology.services.map((service) => calledBy(service).map((name) => index.get(name)!));
  const downstream: Set<number>[] = [];
  for (let at = callees.length - 1; at >= 0; at--) {
    const reached = new Set<number>();
    for (const callee of callees[at]!) {
      reached.add(callee);
      for (const further of downstream[callee]!) reached.add(further);
    }
    downstream[at] = reached;
  }
  const depth = callees.map(() => 0);
  for (const [at, called] of callees.entries())
    for (const callee of called) depth[callee] = Math.max(depth[callee]!, depth[at]! + 1);
  return {
    downstream: downstream.map((reached) => [...reached].sort((a, b) => a - b)),
    upstream: downstream.map((_, at) => [...downstream.keys()].filter((other) => downstream[other]!.has(at))),
    depth,
  };
}

function calledBy(service: Service): string[] {
  const names = service.endpoints.flatMap(({ calls }) => calls.flat().map((call) => call.service));
  return [...new Set(names)];
}
