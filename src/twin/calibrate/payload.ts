import type { Endpoint, Topology } from "../../system/topology/topology.ts";
import type { Calibration } from "./calibration.ts";

/**
 * What a KiB takes from one process to the other and into it, ms; CPU of that is part of the declared work.
 * @source 4 MiB to and from a mock on the loopback of a busy machine: 1 to 3 us per KiB, seen through much noise
 */
const MS_PER_KIB = 0.002;

/**
 * Time that the bodies of a request to an endpoint are on their way, ms. Users send none. What was measured holds it
 * in its fixed latency.
 */
export function payloadMs(topology: Topology, service: string, endpoint: Endpoint, calibration: Calibration): number {
  if (calibration.source === "measured") return 0;
  const { name, requestKiB = 0, responseKiB = 0 } = endpoint;
  const isEntry = topology.entries.some((entry) => entry.service === service && entry.endpoint === name);
  return ((isEntry ? 0 : requestKiB) + responseKiB) * MS_PER_KIB;
}
