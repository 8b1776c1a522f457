import { scaleDistribution } from "../../core/distribution.ts";
import { KarmaError, type Problem } from "../../core/errors.ts";
import { formatPath } from "./path.ts";
import type { Endpoint, Service, Topology } from "./topology.ts";

/**
 * CPU time of the mock's own HTTP work, ms per request and per call made.
 * @source measured: zero-work mock at 140 requests/s, keep-alive calls
 */
const OVERHEAD_MS = { request: 0.34, call: 0.28 };
/** Work per request below which the mock cannot take its own HTTP work off the declared work, ms. */
const LEAST_WORK_MS = 1;

/**
 * A topology that fits a smaller machine: CPU work per request and CPU limits times `scale`, arrivals unchanged, so
 * that utilisation and latency stay what they are.
 */
export function scaleTopology(
  topology: Topology,
  scale: number,
): { readonly topology: Topology; readonly warnings: readonly Problem[] } {
  if (!(scale > 0 && scale <= 10)) {
    throw new KarmaError(
      "USAGE",
      `expected a scale in (0, 10], found ${scale}`,
      "use --scale 1 for the topology as it is",
    );
  }
  const services = topology.services.map((service) => scaleService(service, scale));
  const warnings = services.flatMap(({ name, endpoints }) =>
    endpoints.flatMap((endpoint) => warnOf(name, endpoint, scale)),
  );
  return { topology: { ...topology, services }, warnings };
}

function scaleService(service: Service, scale: number): Service {
  const endpoints = service.endpoints.map((endpoint) => ({
    ...endpoint,
    workMs: scaleDistribution(endpoint.workMs, scale),
  }));
  return { ...service, cpuMilli: service.cpuMilli * scale, endpoints };
}

function warnOf(service: string, { name, workMs, calls }: Endpoint, scale: number): readonly Problem[] {
  const made = calls.flat().reduce((sum, { probability, times }) => sum + probability * times, 0);
  const overheadMs = OVERHEAD_MS.request + OVERHEAD_MS.call * made;
  if (workMs.mean >= Math.max(LEAST_WORK_MS, overheadMs)) return [];
  const path = formatPath(["services", service, "endpoints", name, "work_ms"]);
  const expected = `at least ${Math.max(LEAST_WORK_MS, overheadMs).toFixed(2)} ms of work per request at scale ${scale}`;
  const effect = `the mock's own HTTP work (about ${overheadMs.toFixed(2)} ms) is no longer negligible, so CPU use and latency lie above what is declared`;
  return [{ path, message: `expected ${expected}, found ${workMs.mean.toFixed(2)}; ${effect}` }];
}
