import type { ClusterFault } from "../../system/workload/fault.ts";
import type { LocalService } from "./local-service.ts";
import { type Neighbour, startNeighbour } from "./neighbour.ts";

/** The faults of a local cluster. They end by themselves, with `heal`, and with the cluster. */
export type ClusterFaults = {
  /** The fault's service must be one of the cluster's. */
  inject(fault: ClusterFault): void;
  heal(): void;
};

export function createClusterFaults(clusterId: string, services: readonly LocalService[]): ClusterFaults {
  const neighbours = new Set<Neighbour>();
  return {
    inject(fault) {
      if (fault.kind === "contention") neighbours.add(startNeighbour(clusterId, fault));
      else services.find(({ service }) => service.name === fault.service)!.faults.start(fault);
    },
    heal() {
      for (const neighbour of neighbours) neighbour.end();
      neighbours.clear();
      for (const { faults } of services) faults.heal();
    },
  };
}
