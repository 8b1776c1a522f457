import { requireServiceIndex } from "../../control/loop/check-request.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { isClusterFault } from "../../system/workload/fault.ts";
import type { Workload } from "../../system/workload/workload.ts";
import { type FaultPlayer, type FaultTarget, createFaultPlayer } from "./fault-player.ts";
import { machineCoresFor } from "./machine-cores.ts";

/** Plays the faults of a workload on a twin of the topology; what it floods it with is not among them. */
export function playWorkloadFaults(
  target: FaultTarget,
  topology: Topology,
  options: { readonly workload: Workload; readonly machineCores?: number },
  timeScale: number,
): FaultPlayer {
  return createFaultPlayer(target, {
    faults: options.workload.faults.filter(isClusterFault),
    indexOf: (service) => requireServiceIndex(topology, service),
    timeScale,
    machineCores: options.machineCores ?? machineCoresFor(topology),
  });
}
