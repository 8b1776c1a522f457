import type { PodTotals } from "./hpa-rule.ts";

/** A pod as the HPA sees it. Times in seconds of one clock; 0 stands for Go's zero time. */
export type HpaPod = {
  readonly name: string;
  readonly phase: "Pending" | "Running" | "Succeeded" | "Failed";
  readonly isDeleted: boolean;
  readonly startS: number | undefined;
  readonly readiness: { readonly isReady: boolean; readonly sinceS: number } | undefined;
  /** Undefined where the pod asks for none. */
  readonly request: number | undefined;
  /** Undefined where the metrics pipeline has none. */
  readonly sample: HpaSample | undefined;
};

/** @param windowS  how long the use was averaged over */
type HpaSample = { readonly use: number; readonly atS: number; readonly windowS: number };

export type PodGroups = Readonly<Record<"ready" | "unready" | "missing" | "ignored", readonly HpaPod[]>>;

export type ReadinessRule = {
  /** Only CPU is distrusted while a pod starts. */
  readonly isCpu: boolean;
  readonly nowS: number;
  /** So long after its start a pod's CPU counts only once it was ready for a whole window. Kubernetes: 300. */
  readonly initializationS: number;
  /** A pod not ready since less than this after its start was never ready. Kubernetes: 30. */
  readonly readinessDelayS: number;
};

/** @source Kubernetes replica_calculator.go, groupPods */
export function groupPods(pods: readonly HpaPod[], rule: ReadinessRule): PodGroups {
  const groups: Record<keyof PodGroups, HpaPod[]> = { ready: [], unready: [], missing: [], ignored: [] };
  for (const pod of pods) groups[groupOf(pod, rule)].push(pod);
  return groups;
}

function groupOf(pod: HpaPod, rule: ReadinessRule): keyof PodGroups {
  if (pod.isDeleted || pod.phase === "Failed") return "ignored";
  if (pod.phase === "Pending") return "unready";
  if (pod.sample === undefined) return "missing";
  return rule.isCpu && isStarting(pod, pod.sample, rule) ? "unready" : "ready";
}

function isStarting({ startS, readiness }: HpaPod, sample: HpaSample, rule: ReadinessRule): boolean {
  if (readiness === undefined || startS === undefined) return true;
  if (startS + rule.initializationS > rule.nowS) {
    return !readiness.isReady || sample.atS < readiness.sinceS + sample.windowS;
  }
  return !readiness.isReady && startS + rule.readinessDelayS > readiness.sinceS;
}

export function totalsOf({ ready, unready, missing }: PodGroups): PodTotals {
  return {
    readyPods: ready.length,
    readyUse: ready.reduce((sum, { sample }) => sum + (sample?.use ?? 0), 0),
    readyRequest: requestOf(ready),
    unreadyPods: unready.length,
    unreadyRequest: requestOf(unready),
    missingPods: missing.length,
    missingRequest: requestOf(missing),
  };
}

function requestOf(pods: readonly HpaPod[]): number {
  return pods.reduce((sum, { request }) => sum + (request ?? 0), 0);
}
