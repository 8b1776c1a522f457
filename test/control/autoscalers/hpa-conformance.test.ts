import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import {
  type ScaleEvent,
  type ScalingRules,
  scaleDownLimit,
  scaleUpLimit,
} from "../../../src/control/autoscalers/behavior.ts";
import { behaviorOf, defaultBehaviorConfig } from "../../../src/control/autoscalers/hpa-behavior.ts";
import {
  type Behavior,
  type LimitedSize,
  limitByBehavior,
  limitWithoutBehavior,
  sizeWithoutMetrics,
} from "../../../src/control/autoscalers/hpa-limits.ts";
import {
  type MetricResult,
  averageValueReplicas,
  combineMetrics,
  podMetricReplicas,
  resourceReplicas,
  valueReplicas,
} from "../../../src/control/autoscalers/hpa-metrics.ts";
import { type HpaPod, groupPods } from "../../../src/control/autoscalers/hpa-pods.ts";
import type { HpaTolerance } from "../../../src/control/autoscalers/hpa-rule.ts";
import { type Recommendation, stabilize } from "../../../src/control/autoscalers/stabilize.ts";
import type {
  CaseEvent,
  CaseMetric,
  CasePod,
  CaseRecommendation,
  CaseRules,
  GroupCase,
  HpaCase,
  ReconcileCase,
  ReplicaCase,
} from "./hpa-case.ts";

const chosen = process.env["KARMA_HPA_CASES"];
const path = chosen ?? fileURLToPath(new URL("../../../../shared/data/hpa/cases.json", import.meta.url));
const nowMs = 100_000_000;

function recommendationsOf(list: readonly CaseRecommendation[]): Recommendation[] {
  return list.map(({ value, ageSec }) => ({ replicas: value, atMs: nowMs - ageSec * 1_000 }));
}

function eventsOf(list: readonly CaseEvent[]): ScaleEvent[] {
  return list.map(({ change, ageSec }) => ({ replicas: change, atMs: nowMs - ageSec * 1_000 }));
}

function rulesOf({ selectPolicy, policies }: CaseRules): ScalingRules {
  return {
    selectPolicy,
    policies: policies.map(({ type, value, periodSec }) => ({ type, value, periodMs: periodSec * 1_000 })),
  };
}

function caseBehavior(rules: { scaleUpRules: CaseRules | null; scaleDownRules?: CaseRules | null }): Behavior {
  const defaults = behaviorOf(defaultBehaviorConfig, { timeScale: 1 });
  return {
    up: rules.scaleUpRules === null ? defaults.up : rulesOf(rules.scaleUpRules),
    down: rules.scaleDownRules ? rulesOf(rules.scaleDownRules) : defaults.down,
  };
}

function podOf(pod: CasePod): HpaPod {
  const { metricTimestamp, metricWindowSec } = pod;
  return {
    name: pod.name,
    phase: pod.phase,
    isDeleted: pod.deleted,
    startS: pod.startTime ?? undefined,
    readiness: { isReady: pod.ready, sinceS: pod.readyTransitionTime },
    request: pod.requestMilli ?? undefined,
    sample:
      pod.usageMilli === null ? undefined : { use: pod.usageMilli, atS: metricTimestamp, windowS: metricWindowSec },
  };
}

type Readiness = { readonly initializationS: number; readonly readinessDelayS: number };

function metricOf(metric: CaseMetric, current: number, tolerance: HpaTolerance, readiness: Readiness): MetricResult {
  const pods = metric.pods.map(podOf);
  const value = metric.metricValueMilli ?? Number.NaN;
  const readyPods = metric.pods.filter(({ phase, ready }) => phase === "Running" && ready).length;
  switch (metric.metricType) {
    case "resourceUtilization":
      return resourceReplicas(current, pods, metric.target, tolerance, { isCpu: true, nowS: metric.now, ...readiness });
    case "pods":
      return podMetricReplicas(current, pods, metric.target, tolerance, metric.now);
    case "objectValue":
    case "externalValue":
      return valueReplicas(current, readyPods, value, metric.target, tolerance);
    case "objectAverageValue":
    case "externalAverageValue":
      return averageValueReplicas(current, value, metric.target, tolerance);
  }
}

function checkReplicas(one: ReplicaCase): void {
  const tolerance = { up: one.toleranceUp, down: one.toleranceDown };
  const result = metricOf(one, one.currentReplicas, tolerance, {
    initializationS: one.cpuInitializationPeriodSec,
    readinessDelayS: one.initialReadinessDelaySec,
  });
  if ("failure" in result) {
    expect(one.expectedError, `unexpected failure: ${result.failure}`).not.toBeNull();
    const named = one.expectedError!.startsWith("missing request") ? "missing request" : "no ready pod has a sample";
    expect(result.failure).toContain(named);
    return;
  }
  expect(one.expectedError).toBeNull();
  expect(result.replicas).toBe(one.expectedReplicas);
  // Rounded up where upstream rounds a mean up; whole already everywhere else.
  const seen = Math.ceil(result.seenRatio * one.target - 1e-6);
  expect(seen).toBe(one.expectedUtilizationPercent ?? one.expectedUsageMilli);
}

function checkGroups(one: GroupCase): void {
  const samples = new Map(one.metrics.map(({ pod, timestamp, windowSec }) => [pod, { timestamp, windowSec }]));
  const pods = one.pods.map(({ name, phase, deleted, startTime, readyCondition }): HpaPod => {
    const sample = samples.get(name);
    return {
      name,
      phase,
      isDeleted: deleted,
      startS: startTime ?? undefined,
      readiness:
        readyCondition === null
          ? undefined
          : { isReady: readyCondition.status, sinceS: readyCondition.lastTransitionTime },
      request: undefined,
      sample: sample === undefined ? undefined : { use: 1, atS: sample.timestamp, windowS: sample.windowSec },
    };
  });
  const groups = groupPods(pods, {
    isCpu: one.resource === "cpu",
    nowS: one.now,
    initializationS: one.cpuInitializationPeriodSec,
    readinessDelayS: one.initialReadinessDelaySec,
  });
  expect(groups.ready).toHaveLength(one.expectedReadyCount);
  expect(groups.unready.map(({ name }) => name)).toEqual(one.expectedUnready);
  expect(groups.missing.map(({ name }) => name)).toEqual(one.expectedMissing);
  expect(groups.ignored.map(({ name }) => name)).toEqual(one.expectedIgnored);
}

function reconcile(one: ReconcileCase): LimitedSize {
  const current = one.specReplicas;
  const bounds = { min: one.minReplicas, max: one.maxReplicas };
  const fixed = sizeWithoutMetrics(current, bounds);
  if (fixed !== undefined) return { replicas: fixed };
  const tolerance = { up: one.tolerance, down: one.tolerance };
  // Upstream's tests of the whole controller use these two.
  const readiness = { initializationS: 120, readinessDelayS: 10 };
  const metrics = [metricOf(one, current, tolerance, readiness)];
  if (one.otherMetric !== undefined) metrics.push({ failure: one.otherMetric });
  const wish = combineMetrics(current, metrics);
  if (wish === undefined) return { replicas: current };
  const log = recommendationsOf(one.priorRecommendations);
  const downMs = one.downscaleStabilizationSec * 1_000;
  if (one.scaleUpRules === null) {
    const stable = stabilize(Number.POSITIVE_INFINITY, wish, nowMs, { upMs: 0, downMs }, log);
    return limitWithoutBehavior(current, stable, bounds);
  }
  const stable = stabilize(
    current,
    wish,
    nowMs,
    { upMs: one.scaleUpRules.stabilizationWindowSec * 1_000, downMs },
    log,
  );
  return limitByBehavior(current, stable, bounds, caseBehavior(one), { up: [], down: [] }, nowMs);
}

function check(one: HpaCase): void {
  switch (one.group) {
    case "replicaCalculator":
      return checkReplicas(one);
    case "groupPods":
      return checkGroups(one);
    case "reconcile": {
      const { replicas, limitedBy } = reconcile(one);
      expect(replicas).toBe(one.expectedDesiredReplicas);
      if (one.expectedScalingLimitedReason !== undefined) expect(limitedBy).toBe(one.expectedScalingLimitedReason);
      return;
    }
    case "stabilize": {
      const log = recommendationsOf(one.recommendations);
      const windows = { upMs: 0, downMs: one.windowSec * 1_000 };
      // Without behavior there is no current size to keep: the highest wish counts.
      expect(stabilize(Number.POSITIVE_INFINITY, one.desired, nowMs, windows, log)).toBe(one.expectedReplicas);
      expect(log).toHaveLength(one.expectedLogLength);
      return;
    }
    case "stabilizeBehavior": {
      const log = recommendationsOf(one.recommendations);
      const windows = { upMs: one.scaleUpWindowSec * 1_000, downMs: one.scaleDownWindowSec * 1_000 };
      expect(stabilize(one.currentReplicas, one.desired, nowMs, windows, log)).toBe(one.expectedReplicas);
      expect(log.map(({ replicas }) => replicas)).toEqual(one.expectedLogValues);
      return;
    }
    case "limitNoBehavior": {
      const bounds = { min: one.minReplicas, max: one.maxReplicas };
      const { replicas, limitedBy } = limitWithoutBehavior(one.currentReplicas, one.desired, bounds);
      expect([replicas, limitedBy]).toEqual([one.expectedReplicas, one.expectedReason]);
      return;
    }
    case "behaviorRate": {
      const bounds = { min: one.minReplicas, max: one.maxReplicas };
      const events = { up: eventsOf(one.scaleUpEvents), down: eventsOf(one.scaleDownEvents) };
      const limited = limitByBehavior(one.currentReplicas, one.desired, bounds, caseBehavior(one), events, nowMs);
      const { replicas, limitedBy = "DesiredWithinRange" } = limited;
      expect([replicas, limitedBy]).toEqual([one.expectedReplicas, one.expectedReason]);
      return;
    }
    case "behaviorLimit": {
      const own = eventsOf(one.events);
      const limit =
        one.direction === "up"
          ? scaleUpLimit(one.currentReplicas, rulesOf(one.rules), { up: own, down: [] }, nowMs)
          : scaleDownLimit(one.currentReplicas, rulesOf(one.rules), { up: [], down: own }, nowMs);
      expect(limit).toBe(one.expectedLimit);
    }
  }
}

// A file that is named must be there: reading it says what is wrong.
if (chosen === undefined && !existsSync(path)) {
  console.warn(`HPA conformance is NOT tested: no file ${path}; set KARMA_HPA_CASES to one`);
  test.skip("HPA conformance: the file of cases is missing", () => {});
} else {
  const cases: readonly HpaCase[] = JSON.parse(readFileSync(path, "utf8"));
  test("HPA: the file has cases", () => {
    expect(cases.length).toBeGreaterThan(0);
  });
  test.each(cases.map((one): [string, HpaCase] => [`${one.group} ${one.name}`, one]))("HPA %s", (_, one) => check(one));
}
