import { checkCpuMilli, requireService } from "../../control/loop/check-request.ts";
import { KarmaError } from "../../core/errors.ts";
import type { Topology } from "../../system/topology/topology.ts";

/** What a calibration says holds for replicas of one size: at another one a twin could only guess. */
export function refuseResize(topology: Pick<Topology, "services">, service: string, cpuMilli: number): never {
  checkCpuMilli(requireService(topology, service), cpuMilli);
  const message = `${service}: the replicas of a twin keep the size that its calibration was taken at`;
  throw new KarmaError("INPUT_INVALID", message, "resize a cluster that runs, or calibrate a topology of that size");
}
