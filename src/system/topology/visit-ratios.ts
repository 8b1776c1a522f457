import { sumOf } from "../../core/statistics.ts";
import type { Report } from "./report.ts";
import type { Topology } from "./topology.ts";

/** Mean calls of each endpoint per request at the entry: [services][endpoints]. Retries are not counted. */
export function endpointVisitRatios(topology: Topology): readonly Float64Array[] {
  const { services } = topology;
  const place = new Map(services.map(({ name }, index) => [name, index]));
  const visits = services.map(({ endpoints }) => new Float64Array(endpoints.length));
  const add = (service: string, endpoint: string, count: number): void => {
    const index = place.get(service)!;
    const column = services[index]!.endpoints.findIndex(({ name }) => name === endpoint);
    visits[index]![column]! += count;
  };
  for (const { service, endpoint, share } of topology.entries) add(service, endpoint, share);
  // Callers stand first, so a row is complete before it is passed on.
  for (const [index, { endpoints }] of services.entries()) {
    for (const [column, { calls }] of endpoints.entries()) {
      const own = visits[index]![column]!;
      for (const call of calls.flat()) add(call.service, call.endpoint, own * call.probability * call.times);
    }
  }
  return visits;
}

/** Mean calls of each service per request at the entry: [services]. Retries are not counted. */
export function visitRatios(topology: Topology): Float64Array {
  return Float64Array.from(endpointVisitRatios(topology), (row) => sumOf(row));
}

/** Calls of one service per request at the entry beyond which a topology makes no sense. */
const MOST_VISITS = 10_000;

export function checkVisits(topology: Topology, report: Report): void {
  for (const [index, visits] of visitRatios(topology).entries()) {
    if (visits <= MOST_VISITS) continue;
    const expected = `at most ${MOST_VISITS} calls of a service per request at the entry`;
    report.problem(
      ["services", topology.services[index]!.name],
      `expected ${expected}, found ${Number(visits.toPrecision(2))}`,
    );
  }
}
