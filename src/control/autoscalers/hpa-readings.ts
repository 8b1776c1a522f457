import type { Readings } from "../readings/readings.ts";
import { type MetricResult, averageValueReplicas } from "./hpa-metrics.ts";
import { type HpaResult, type HpaTolerance, hpaReplicas, isWithin, utilisationMeasure } from "./hpa-rule.ts";

/** What one metric asks for, and the sentences that say why. */
export type SeenMetric = { readonly result: MetricResult; readonly reasons: readonly string[] };

/** CPU use of ready replicas; those asked for and not ready count as unready pods. */
export function cpuMetric(
  readings: Readings,
  service: number,
  targetPercent: number,
  tolerance: HpaTolerance,
): SeenMetric {
  const result = cpuReplicas(readings, service, targetPercent, tolerance);
  if (result === undefined) return missing("no CPU reading of a ready replica");
  const percent = Math.trunc(Math.round(readings.cpu[service]! * 1_000) / 10);
  const unready = Math.max(0, readings.desired[service]! - readings.ready[service]!);
  const reasons = [`cpu ${percent} % of request against a target of ${targetPercent} %`];
  if (unready > 0 && percent > targetPercent) reasons.push(`${unready} replicas not ready yet, counted as idle`);
  return { result, reasons: [...reasons, ratioReason(result, tolerance)] };
}

/**
 * Requests that reach the service, against a target per replica: an external metric of type AverageValue, which counts
 * every replica asked for, ready or not. In thousandths, as Kubernetes reads quantities.
 */
export function rateMetric(
  ratePerS: number,
  current: number,
  targetPerS: number,
  tolerance: HpaTolerance,
  what = "requests/s",
): SeenMetric {
  if (Number.isNaN(ratePerS) || Number.isNaN(current)) return missing("no reading of the arrivals");
  const result = averageValueReplicas(current, Math.round(ratePerS * 1_000), Math.round(targetPerS * 1_000), tolerance);
  const perReplica = (ratePerS / current).toFixed(1);
  const target = Math.round(targetPerS * 10) / 10;
  return {
    result,
    reasons: [`${perReplica} ${what} per replica against a target of ${target}`, ratioReason(result, tolerance)],
  };
}

/** A metric that could not be read. */
export function missing(failure: string): SeenMetric {
  return { result: { failure }, reasons: [failure] };
}

function cpuReplicas(
  readings: Readings,
  service: number,
  targetPercent: number,
  tolerance: HpaTolerance,
): HpaResult | undefined {
  const cpu = readings.cpu[service]!;
  const ready = readings.ready[service]!;
  const desired = readings.desired[service]!;
  if (Number.isNaN(cpu) || Number.isNaN(ready) || Number.isNaN(desired)) return undefined;
  const unready = Math.max(0, desired - ready);
  const requestMilli = 1_000;
  const pods = {
    readyPods: ready,
    readyUse: Math.round(cpu * requestMilli * ready),
    readyRequest: requestMilli * ready,
    unreadyPods: unready,
    unreadyRequest: requestMilli * unready,
    missingPods: 0,
    missingRequest: 0,
  };
  return hpaReplicas(desired, pods, utilisationMeasure(targetPercent), tolerance);
}

function ratioReason({ ratio, replicas }: HpaResult, tolerance: HpaTolerance): string {
  if (isWithin(ratio, tolerance)) return "inside the tolerance";
  return `${ratio.toFixed(2)} times the target: ${replicas} replicas`;
}
