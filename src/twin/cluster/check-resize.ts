import { checkCpuMilli, requireServiceIndex } from "../../control/loop/check-request.ts";
import { KarmaError } from "../../core/errors.ts";
import { milliCpuToCores } from "../../core/units.ts";
import type { Topology } from "../../system/topology/topology.ts";

/** Position of the service that may get this CPU limit. Replicas have threads for the cores they were declared with. */
export function checkResize(topology: Pick<Topology, "services">, service: string, cpuMilli: number): number {
  const index = requireServiceIndex(topology, service);
  const own = topology.services[index]!;
  checkCpuMilli(own, cpuMilli);
  const mostMilli = 1_000 * Math.ceil(milliCpuToCores(own.cpuMilli));
  if (cpuMilli <= mostMilli) return index;
  const message = `${service}: expected at most ${mostMilli} millicores, got ${cpuMilli}: its replicas have threads for no more`;
  throw new KarmaError("INPUT_INVALID", message, "raise the service's cpu in the topology");
}
