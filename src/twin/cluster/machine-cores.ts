import { milliCpuToCores } from "../../core/units.ts";
import type { Topology } from "../../system/topology/topology.ts";

/** Cores of a machine that is just large enough: what all replicas may use when every service has its most. */
export function machineCoresFor({ services }: Topology): number {
  return services.reduce((sum, { maxReplicas, cpuMilli }) => sum + maxReplicas * milliCpuToCores(cpuMilli), 0);
}
