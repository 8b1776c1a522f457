import { defaultBehaviorConfig } from "../../control/autoscalers/hpa-behavior.ts";
import { cpuMetric } from "../../control/autoscalers/hpa-readings.ts";
import { createHpaSizer } from "../../control/autoscalers/hpa-sizer.ts";
import { createReadings } from "../../control/readings/readings.ts";
import { type MinuteController, thesisConstants } from "./microk8s-simulator.ts";

/** A setting of Kubernetes' HPA as one would write it in a manifest. */
export type ExactHpaSetting = {
  readonly targetPercent: number;
  readonly minPods: number;
  readonly maxPods: number;
  readonly tolerance: number;
  /** Stabilisation windows, s. */
  readonly upWindowS: number;
  readonly downWindowS: number;
};

/** Kubernetes' defaults at the thesis' target and bounds. */
export const thesisHpaSetting: ExactHpaSetting = {
  targetPercent: thesisConstants.targetCpu * 100,
  minPods: thesisConstants.minPods,
  maxPods: thesisConstants.maxPods,
  tolerance: 0.1,
  upWindowS: 0,
  downWindowS: 300,
};

/**
 * Kubernetes' own rule in the thesis' simulator: the code that scales clusters, once per simulated minute, as often as
 * the thesis' controllers decide, on the same CPU as they see.
 */
export function createExactHpa(setting: ExactHpaSetting): MinuteController {
  const { targetPercent, minPods, maxPods, tolerance } = setting;
  const sizer = createHpaSizer(
    { ...setting, behavior: defaultBehaviorConfig },
    { min: minPods, max: maxPods },
    { timeScale: 1 },
  );
  const readings = createReadings(1, 1);
  return ({ minute, readyPods, pods, seenCpu }) => {
    readings.desired[0] = pods;
    readings.ready[0] = readyPods;
    readings.cpu[0] = seenCpu;
    const metric = cpuMetric(readings, 0, targetPercent, { up: tolerance, down: tolerance });
    return sizer.size(pods, minute * 60_000, [metric]).replicas - pods;
  };
}

/** As in `hpa:70,down=300`, defaults left out; bounds are the topology's elsewhere, so they stand behind it here. */
export function nameOfSetting(setting: ExactHpaSetting): string {
  const options = [
    setting.downWindowS === thesisHpaSetting.downWindowS ? "" : `,down=${setting.downWindowS}`,
    setting.upWindowS === thesisHpaSetting.upWindowS ? "" : `,up=${setting.upWindowS}`,
    setting.tolerance === thesisHpaSetting.tolerance ? "" : `,tolerance=${setting.tolerance}`,
  ].join("");
  const { minPods, maxPods } = setting;
  const isBounded = minPods !== thesisHpaSetting.minPods || maxPods !== thesisHpaSetting.maxPods;
  return `hpa:${setting.targetPercent}${options}${isBounded ? ` (${minPods} to ${maxPods} pods)` : ""}`;
}
