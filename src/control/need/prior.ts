import { cpuMsPerEntryRequest } from "../../system/topology/bottleneck.ts";
import type { Topology } from "../../system/topology/topology.ts";
import { visitRatios } from "../../system/topology/visit-ratios.ts";
import type { NeedSpec } from "./estimate.ts";

export type NeedPriors = Required<Pick<NeedSpec, "priorPodsPerEntryRequest" | "priorPodsPerRequest">>;

/** What a topology declares of its needs, before anything was seen. Retries and failed calls are not counted. */
export function needPriors(topology: Topology): NeedPriors {
  const cpuMs = cpuMsPerEntryRequest(topology);
  const visits = visitRatios(topology);
  return {
    priorPodsPerEntryRequest: Float64Array.from(topology.services, ({ cpuMilli }, index) => cpuMs[index]! / cpuMilli),
    priorPodsPerRequest: Float64Array.from(topology.services, ({ cpuMilli }, index) =>
      visits[index] === 0 ? 0 : cpuMs[index]! / visits[index]! / cpuMilli,
    ),
  };
}
