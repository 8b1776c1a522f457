import type { Timing } from "../loop/timing.ts";
import type { ScalingRules } from "./behavior.ts";
import { scaledMs } from "./context.ts";
import type { Behavior } from "./hpa-limits.ts";

/** One direction of `behavior`: at most so many pods and so many per cent within a period. */
export type PolicyConfig = {
  /** > 0; no policy in pods when left out. */
  readonly pods?: number | undefined;
  /** > 0, of the size at the start of the period; no policy in per cent when left out. */
  readonly percent?: number | undefined;
  /** Which policy counts where there are two: the one that allows the larger change, or the smaller; or no change. */
  readonly select: ScalingRules["selectPolicy"];
  /** Seconds of the unscaled clock. */
  readonly periodS: number;
};

export type BehaviorConfig = { readonly up: PolicyConfig; readonly down: PolicyConfig };

/** @source Kubernetes' defaults: up 4 pods or 100 %, down 100 %, each in 15 s */
export const defaultBehaviorConfig: BehaviorConfig = {
  up: { pods: 4, percent: 100, select: "Max", periodS: 15 },
  down: { percent: 100, select: "Max", periodS: 15 },
};

export function behaviorOf(config: BehaviorConfig, timing: Pick<Timing, "timeScale">): Behavior {
  return { up: rulesOf(config.up, timing), down: rulesOf(config.down, timing) };
}

function rulesOf({ pods, percent, select, periodS }: PolicyConfig, timing: Pick<Timing, "timeScale">): ScalingRules {
  const periodMs = scaledMs(periodS, timing);
  return {
    selectPolicy: select,
    policies: [
      ...(pods === undefined ? [] : [{ type: "Pods", value: pods, periodMs } as const]),
      ...(percent === undefined ? [] : [{ type: "Percent", value: percent, periodMs } as const]),
    ],
  };
}
