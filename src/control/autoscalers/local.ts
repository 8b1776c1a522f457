import type { Autoscaler } from "../loop/autoscaler.ts";
import type { AutoscalerContext } from "./context.ts";
import { estimatorOf } from "./estimator-of.ts";
import { type NeedSizerConfig, createNeedSizer, labelOfNeedSizer } from "./need-sizer.ts";

/**
 * Sizes every service by its own arrivals and the CPU it is seen to use per request: the feed-forward without knowledge
 * of the topology. A surge reaches it one hop later for each saturated caller.
 */
export function createLocal(config: NeedSizerConfig, context: AutoscalerContext): Autoscaler {
  const need = estimatorOf(context);
  const sizers = context.topology.services.map(() => createNeedSizer(config, context.timing, "at the service"));
  return {
    name: `local:${labelOfNeedSizer(config)}`,
    decide: (readings) => {
      need.update(readings);
      return sizers.map((sizer, service) =>
        sizer.size(readings.arrivalsPerS[service]!, need.local[service]!, readings.desired[service]!),
      );
    },
  };
}
