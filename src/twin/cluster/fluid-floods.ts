import { serviceIndex, type Topology } from "../../system/topology/topology.ts";
import { floodsOf } from "../../system/workload/flood.ts";
import type { Workload } from "../../system/workload/workload.ts";
import type { FluidFlood } from "../fluid/fluid-twin.ts";

/** What the floods of a workload send to each service. */
export function floodsTo(topology: Topology, workload: Workload): readonly FluidFlood[] {
  return floodsOf(workload, topology).flatMap(({ ratePerS, entries }) =>
    entries.map(({ service, share }) => ({
      service: serviceIndex(topology, service),
      ratePerS: ratePerS.map((rate) => rate * share),
    })),
  );
}
