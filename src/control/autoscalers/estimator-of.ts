import { createNeedEstimator } from "../need/estimate.ts";
import type { NeedEstimator } from "../need/need.ts";
import { needPriors } from "../need/prior.ts";
import type { AutoscalerContext } from "./context.ts";

/** The need of each service of a topology, learnt in one environment from what it declares onwards. */
export function estimatorOf({ topology, timing }: AutoscalerContext): NeedEstimator {
  const { syncPeriodMs, timeScale, windowMs } = timing;
  const services = topology.services.length;
  return createNeedEstimator({
    services,
    environments: 1,
    syncPeriodMs,
    timeScale,
    windowMs,
    ...needPriors(topology),
  });
}
