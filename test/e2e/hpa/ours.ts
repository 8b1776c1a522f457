import { createHpaSizer } from "../../../src/control/autoscalers/hpa-sizer.ts";
import { defaultBehaviorConfig } from "../../../src/control/autoscalers/hpa-behavior.ts";
import {
  type MetricResult,
  averageValueReplicas,
  resourceReplicas,
} from "../../../src/control/autoscalers/hpa-metrics.ts";
import { type HpaPod, groupPods } from "../../../src/control/autoscalers/hpa-pods.ts";
import { type HpaConfig, createHpa } from "../../../src/control/autoscalers/hpa.ts";
import { kubernetesTiming } from "../../../src/control/loop/timing.ts";
import { createReadings } from "../../../src/control/readings/readings.ts";
import type { Topology } from "../../../src/system/topology/topology.ts";

/** What the HPA was told at one sync; undefined: the metric could not be read. */
export type Sync = {
  readonly atMs: number;
  /** When it was decided and stored, where that may have been later. */
  readonly decidedMs?: number;
  readonly current: number;
  readonly statusReplicas: number;
  readonly pods: readonly HpaPod[] | undefined;
  /** Requests per second, thousandths. */
  readonly rateMilli: number | undefined;
};

export type Rule = {
  readonly config: HpaConfig;
  readonly topology: Topology;
  readonly initializationS: number;
};

const READINESS_DELAY_S = 30;
const failed: MetricResult = { failure: "not told" };

/** Replicas our rule asks for at the last of these syncs, pod by pod. */
export function ourSize(rule: Rule, syncs: readonly Sync[]): { readonly replicas: number; readonly why: string } {
  const { config, topology } = rule;
  const { minReplicas: min, maxReplicas: max } = topology.services[0]!;
  const behavior = config.behavior ?? defaultBehaviorConfig;
  const sizer = createHpaSizer({ ...config, behavior }, { min, max }, { timeScale: 1 });
  let last = { replicas: Number.NaN, reasons: [] as readonly string[] };
  for (const sync of syncs) {
    const metrics = metricsOf(rule, sync).map((result) => ({ result, reasons: [JSON.stringify(result)] }));
    last = sizer.size(sync.current, sync.decidedMs ?? sync.atMs, metrics);
  }
  return { replicas: last.replicas, why: last.reasons.join("; ") };
}

function metricsOf({ config, initializationS }: Rule, sync: Sync): readonly MetricResult[] {
  const { tolerance, targetPercent, targetPerS } = config;
  const rule = { isCpu: true, nowS: sync.atMs / 1_000, initializationS, readinessDelayS: READINESS_DELAY_S };
  const metrics: MetricResult[] = [];
  if (typeof targetPercent === "number") {
    const { pods, current } = sync;
    metrics.push(pods === undefined ? failed : resourceReplicas(current, pods, targetPercent, tolerance, rule));
  }
  if (typeof targetPerS === "number") {
    const { rateMilli, statusReplicas } = sync;
    const targetMilli = targetPerS * 1_000;
    const isRead = rateMilli !== undefined;
    metrics.push(isRead ? averageValueReplicas(statusReplicas, rateMilli, targetMilli, tolerance) : failed);
  }
  return metrics;
}

/** The same from averages over ready pods, as the control loop's readings have them. */
export function sizeFromReadings(rule: Rule, syncs: readonly Sync[]): number {
  // Times as they are: no live loop is a few ms early here.
  const timing = { ...kubernetesTiming, syncPeriodMs: 1 };
  const hpa = createHpa(rule.config, { topology: rule.topology, timing });
  let replicas = Number.NaN;
  for (const sync of syncs) replicas = hpa.decide(readingsOf(rule, sync))[0]!.replicas;
  return replicas;
}

function readingsOf({ initializationS }: Rule, sync: Sync): ReturnType<typeof createReadings> {
  const readings = createReadings(1, 1, sync.atMs);
  readings.desired[0] = sync.current;
  if (sync.rateMilli !== undefined) readings.arrivalsPerS[0] = sync.rateMilli / 1_000;
  if (sync.pods === undefined) return readings;
  const rule = { isCpu: true, nowS: sync.atMs / 1_000, initializationS, readinessDelayS: READINESS_DELAY_S };
  const { ready } = groupPods(sync.pods, rule);
  readings.ready[0] = ready.length;
  const use = ready.reduce((sum, pod) => sum + pod.sample!.use, 0);
  readings.cpu[0] = use / ready.reduce((sum, pod) => sum + pod.request!, 0);
  return readings;
}
