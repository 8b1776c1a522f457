import { type HpaPod, type ReadinessRule, groupPods, totalsOf } from "./hpa-pods.ts";
import {
  type HpaResult,
  type HpaTolerance,
  averageMeasure,
  hpaReplicas,
  isWithin,
  utilisationMeasure,
} from "./hpa-rule.ts";

/** What a metric asks for, or why it cannot say. */
export type MetricResult = HpaResult | { readonly failure: string };

/** CPU or memory use against the pods' requests. @source Kubernetes replica_calculator.go, GetResourceReplicas */
export function resourceReplicas(
  currentReplicas: number,
  pods: readonly HpaPod[],
  targetPercent: number,
  tolerance: HpaTolerance,
  rule: ReadinessRule,
): MetricResult {
  const groups = groupPods(pods, rule);
  const requestless = pods.find(({ request }) => request === undefined);
  if (groups.ready.length === 0) return { failure: "no ready pod has a sample" };
  if (requestless !== undefined) return { failure: `missing request for ${rule.isCpu ? "cpu" : "memory"}` };
  const result = hpaReplicas(currentReplicas, totalsOf(groups), utilisationMeasure(targetPercent), tolerance);
  return result ?? { failure: "no ready pod has a sample" };
}

/** A metric of each pod against a target. @source Kubernetes replica_calculator.go, calcPlainMetricReplicas */
export function podMetricReplicas(
  currentReplicas: number,
  pods: readonly HpaPod[],
  target: number,
  tolerance: HpaTolerance,
  nowS: number,
): MetricResult {
  const groups = groupPods(pods, { isCpu: false, nowS, initializationS: 0, readinessDelayS: 0 });
  const result = hpaReplicas(currentReplicas, totalsOf(groups), averageMeasure(target), tolerance);
  return result ?? { failure: "no ready pod has a sample" };
}

/**
 * One number for the whole workload against a target for the whole: an object or external metric of type Value. From
 * no replicas the tolerance does not count.
 *
 * @source Kubernetes replica_calculator.go, getUsageRatioReplicaCount
 */
export function valueReplicas(
  currentReplicas: number,
  readyPods: number,
  value: number,
  target: number,
  tolerance: HpaTolerance,
): HpaResult {
  const ratio = value / target;
  if (currentReplicas === 0) return { replicas: Math.ceil(ratio), ratio, seenRatio: ratio };
  const replicas = isWithin(ratio, tolerance) ? currentReplicas : Math.ceil(ratio * readyPods);
  return { replicas, ratio, seenRatio: ratio };
}

/** One number for the whole workload against a target per replica: an object or external metric of type AverageValue. */
export function averageValueReplicas(
  currentReplicas: number,
  value: number,
  target: number,
  tolerance: HpaTolerance,
): HpaResult {
  const ratio = value / (target * currentReplicas);
  const replicas = isWithin(ratio, tolerance) ? currentReplicas : Math.ceil(value / target);
  return { replicas, ratio, seenRatio: ratio };
}

/**
 * The largest wish of several metrics. Where some cannot say, only growth is believed; undefined = change nothing.
 *
 * @source Kubernetes horizontal.go, computeReplicasForMetrics
 */
export function combineMetrics(currentReplicas: number, metrics: readonly MetricResult[]): number | undefined {
  const wishes = metrics.flatMap((metric) => ("failure" in metric ? [] : [metric.replicas]));
  if (wishes.length === 0) return undefined;
  const largest = Math.max(...wishes);
  return wishes.length < metrics.length && largest < currentReplicas ? undefined : largest;
}
