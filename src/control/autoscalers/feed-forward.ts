import type { Autoscaler } from "../loop/autoscaler.ts";
import type { AutoscalerContext } from "./context.ts";
import { estimatorOf } from "./estimator-of.ts";
import { type NeedSizerConfig, createNeedSizer, labelOfNeedSizer } from "./need-sizer.ts";

/**
 * Sizes every service by the arrivals at the entry and the CPU it is seen to use per entry request, so that a surge
 * reaches all services at once instead of one hop per delay, and a saturated caller hides nothing.
 */
export function createFeedForward(config: NeedSizerConfig, context: AutoscalerContext): Autoscaler {
  const need = estimatorOf(context);
  const sizers = context.topology.services.map(() => createNeedSizer(config, context.timing, "at the entry"));
  return {
    name: `feed-forward:${labelOfNeedSizer(config)}`,
    decide: (readings) => {
      need.update(readings);
      const entryPerS = readings.entryArrivalsPerS[0]!;
      return sizers.map((sizer, service) =>
        sizer.size(entryPerS, need.feedForward[service]!, readings.desired[service]!),
      );
    },
  };
}
