/** Pods of a workload as the HPA groups them, in totals. Use and request in the metric's whole units (millicores). */
export type PodTotals = {
  /** Ready pods with a sample: how many, their use, their request. */
  readonly readyPods: number;
  readonly readyUse: number;
  readonly readyRequest: number;
  /** Pods that are not ready yet; what they use is not believed. */
  readonly unreadyPods: number;
  readonly unreadyRequest: number;
  /** Ready pods without a sample. */
  readonly missingPods: number;
  readonly missingRequest: number;
};

/** How a total becomes a ratio to the target, and what a pod without a sample is taken to use when shrinking. */
export type HpaMeasure = {
  ratioOf(use: number, request: number, pods: number): number;
  missingUse(pods: number, request: number): number;
};

/** Ratios in (1 - down, 1 + up), edges included, change nothing. */
export type HpaTolerance = { readonly up: number; readonly down: number };

export type HpaResult = {
  readonly replicas: number;
  /** Use / target; 1 = on target. What was decided by: after the conservative fill when there was one. */
  readonly ratio: number;
  /** Use / target of the pods that have a sample and are ready. */
  readonly seenRatio: number;
};

/** @source Kubernetes replica_calculator.go: whole per cent, cut off, of the requests' total */
export function utilisationMeasure(targetPercent: number): HpaMeasure {
  return {
    ratioOf: (use, request) => Math.trunc((use * 100) / request) / targetPercent,
    missingUse: (_, request) => Math.trunc((request * Math.max(100, targetPercent)) / 100),
  };
}

/** A metric per pod, against a target per pod. @source Kubernetes replica_calculator.go */
export function averageMeasure(target: number): HpaMeasure {
  return {
    ratioOf: (use, _, pods) => Math.trunc(use / pods) / target,
    missingUse: (pods) => pods * target,
  };
}

/**
 * How many replicas bring the metric to its target. Where pods are missing or not ready it assumes what moves the size
 * least: missing pods use all when shrinking and nothing when growing, unready pods nothing when growing; and changes
 * nothing when that turns the direction round. Undefined when no pod has a sample.
 *
 * @source Kubernetes replica_calculator.go, GetResourceReplicas and calcPlainMetricReplicas
 */
export function hpaReplicas(
  currentReplicas: number,
  pods: PodTotals,
  measure: HpaMeasure,
  tolerance: HpaTolerance,
): HpaResult | undefined {
  if (pods.readyPods === 0) return undefined;
  const ratio = measure.ratioOf(pods.readyUse, pods.readyRequest, pods.readyPods);
  const isUnreadyCounted = pods.unreadyPods > 0 && ratio > 1;
  if (!isUnreadyCounted && pods.missingPods === 0) {
    const replicas = isWithin(ratio, tolerance) ? currentReplicas : Math.ceil(ratio * pods.readyPods);
    return { replicas, ratio, seenRatio: ratio };
  }
  const filled = fill(pods, measure, ratio, isUnreadyCounted);
  const filledRatio = measure.ratioOf(filled.use, filled.request, filled.pods);
  const replicas = cautiousReplicas(currentReplicas, ratio, filledRatio, filled.pods, tolerance);
  return { replicas, ratio: filledRatio, seenRatio: ratio };
}

export function isWithin(ratio: number, tolerance: HpaTolerance): boolean {
  return 1 - tolerance.down <= ratio && ratio <= 1 + tolerance.up;
}

type Filled = { readonly use: number; readonly request: number; readonly pods: number };

function fill(pods: PodTotals, measure: HpaMeasure, ratio: number, isUnreadyCounted: boolean): Filled {
  // A ratio of exactly 1 leaves missing pods out altogether, as upstream does.
  const isMissingCounted = pods.missingPods > 0 && ratio !== 1;
  const missingUse = ratio < 1 ? measure.missingUse(pods.missingPods, pods.missingRequest) : 0;
  return {
    use: pods.readyUse + (isMissingCounted ? missingUse : 0),
    request:
      pods.readyRequest + (isMissingCounted ? pods.missingRequest : 0) + (isUnreadyCounted ? pods.unreadyRequest : 0),
    pods: pods.readyPods + (isMissingCounted ? pods.missingPods : 0) + (isUnreadyCounted ? pods.unreadyPods : 0),
  };
}

function cautiousReplicas(
  currentReplicas: number,
  ratio: number,
  filledRatio: number,
  countedPods: number,
  tolerance: HpaTolerance,
): number {
  const isTurned = (ratio < 1 && filledRatio > 1) || (ratio > 1 && filledRatio < 1);
  if (isWithin(filledRatio, tolerance) || isTurned) return currentReplicas;
  const replicas = Math.ceil(filledRatio * countedPods);
  const isContradiction =
    (filledRatio < 1 && replicas > currentReplicas) || (filledRatio > 1 && replicas < currentReplicas);
  return isContradiction ? currentReplicas : replicas;
}
