/** Cases taken over from Kubernetes' own unit tests of its autoscaler; fields as in the file, times in seconds. */
type CaseOf<Group extends string, Fields> = { readonly group: Group; readonly name: string } & Fields;

export type CasePod = {
  readonly name: string;
  readonly phase: "Pending" | "Running" | "Succeeded" | "Failed";
  readonly deleted: boolean;
  readonly startTime: number | null;
  readonly ready: boolean;
  readonly readyTransitionTime: number;
  readonly requestMilli: number | null;
  readonly usageMilli: number | null;
  readonly metricTimestamp: number;
  readonly metricWindowSec: number;
};

export type CaseMetric = {
  readonly metricType:
    | "resourceUtilization"
    | "pods"
    | "objectValue"
    | "objectAverageValue"
    | "externalValue"
    | "externalAverageValue";
  readonly target: number;
  readonly metricValueMilli?: number;
  readonly pods: readonly CasePod[];
  readonly now: number;
};

type CasePolicy = { readonly type: "Pods" | "Percent"; readonly value: number; readonly periodSec: number };
export type CaseRules = {
  readonly selectPolicy: "Max" | "Min" | "Disabled";
  readonly stabilizationWindowSec: number;
  readonly policies: readonly CasePolicy[];
};
export type CaseEvent = { readonly change: number; readonly ageSec: number };
export type CaseRecommendation = { readonly value: number; readonly ageSec: number };

export type ReplicaCase = CaseOf<
  "replicaCalculator",
  CaseMetric & {
    readonly resource: "cpu" | null;
    readonly currentReplicas: number;
    readonly toleranceUp: number;
    readonly toleranceDown: number;
    readonly cpuInitializationPeriodSec: number;
    readonly initialReadinessDelaySec: number;
    readonly expectedReplicas: number | null;
    readonly expectedUtilizationPercent?: number | null;
    readonly expectedUsageMilli?: number;
    readonly expectedError: string | null;
  }
>;

export type GroupCase = CaseOf<
  "groupPods",
  {
    readonly resource: "cpu" | "memory";
    readonly now: number;
    readonly cpuInitializationPeriodSec: number;
    readonly initialReadinessDelaySec: number;
    readonly pods: readonly (Pick<CasePod, "name" | "phase" | "deleted" | "startTime"> & {
      readonly readyCondition: { readonly status: boolean; readonly lastTransitionTime: number } | null;
    })[];
    readonly metrics: readonly { readonly pod: string; readonly timestamp: number; readonly windowSec: number }[];
    readonly expectedReadyCount: number;
    readonly expectedUnready: readonly string[];
    readonly expectedMissing: readonly string[];
    readonly expectedIgnored: readonly string[];
  }
>;

type Bounds = { readonly minReplicas: number; readonly maxReplicas: number };
type Rules = { readonly scaleUpRules: CaseRules | null; readonly scaleDownRules?: CaseRules | null };

export type ReconcileCase = CaseOf<
  "reconcile",
  CaseMetric &
    Bounds &
    Rules & {
      readonly specReplicas: number;
      readonly tolerance: number;
      readonly downscaleStabilizationSec: number;
      readonly priorRecommendations: readonly CaseRecommendation[];
      readonly otherMetric?: "error";
      readonly expectedDesiredReplicas: number;
      readonly expectedScalingLimitedReason?: string;
    }
>;

type StabilizeCase = CaseOf<
  "stabilize",
  {
    readonly windowSec: number;
    readonly recommendations: readonly CaseRecommendation[];
    readonly desired: number;
    readonly expectedReplicas: number;
    readonly expectedLogLength: number;
  }
>;

type StabilizeBehaviorCase = CaseOf<
  "stabilizeBehavior",
  {
    readonly currentReplicas: number;
    readonly desired: number;
    readonly scaleUpWindowSec: number;
    readonly scaleDownWindowSec: number;
    readonly recommendations: readonly CaseRecommendation[];
    readonly expectedReplicas: number;
    readonly expectedLogValues: readonly number[];
  }
>;

type Limited = {
  readonly currentReplicas: number;
  readonly desired: number;
  readonly expectedReplicas: number;
  readonly expectedReason: string;
};

type LimitCase = CaseOf<"limitNoBehavior", Bounds & Limited>;

type BehaviorRateCase = CaseOf<
  "behaviorRate",
  Bounds &
    Rules &
    Limited & { readonly scaleUpEvents: readonly CaseEvent[]; readonly scaleDownEvents: readonly CaseEvent[] }
>;

type BehaviorLimitCase = CaseOf<
  "behaviorLimit",
  {
    readonly direction: "up" | "down";
    readonly currentReplicas: number;
    readonly rules: CaseRules;
    readonly events: readonly CaseEvent[];
    readonly expectedLimit: number;
  }
>;

export type HpaCase =
  | ReplicaCase
  | GroupCase
  | ReconcileCase
  | StabilizeCase
  | StabilizeBehaviorCase
  | LimitCase
  | BehaviorRateCase
  | BehaviorLimitCase;
