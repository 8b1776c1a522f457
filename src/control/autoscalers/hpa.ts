import type { Autoscaler, Proposal } from "../loop/autoscaler.ts";
import type { Readings } from "../readings/readings.ts";
import { type ScaleEvent, keepRecent } from "./behavior.ts";
import { type AutoscalerContext, scaledMs } from "./context.ts";
import { type Behavior, type LimitedSize, type SizeBounds, defaultBehavior, limitByBehavior } from "./hpa-limits.ts";
import { type HpaTolerance, type HpaResult, hpaReplicas, isWithin, utilisationMeasure } from "./hpa-rule.ts";
import { type Recommendation, type StabilizationWindows, stabilize } from "./stabilize.ts";

export type HpaConfig = {
  /** CPU use of ready pods / their request, per cent, as one target or one per service. */
  readonly targetPercent: number | readonly number[];
  readonly tolerance: HpaTolerance;
  /** Stabilisation windows, seconds of the unscaled clock. */
  readonly upWindowS: number;
  readonly downWindowS: number;
};

/** @source Kubernetes' defaults, but for the target: most guides' 60 instead of 80 %. */
export const defaultHpaConfig: HpaConfig = {
  targetPercent: 60,
  tolerance: { up: 0.1, down: 0.1 },
  upWindowS: 0,
  downWindowS: 300,
};

const policyPeriodS = 15;

/**
 * Kubernetes' HorizontalPodAutoscaler on CPU with the default behavior, one per service. Replicas that are asked for
 * and not ready count as unready pods. What happened in a period is told by the desired sizes seen, so that a guard or
 * a person who scales is counted as Kubernetes counts them.
 */
export function createHpa(config: HpaConfig, context: AutoscalerContext): Autoscaler {
  const deciders = context.topology.services.map((_, service) => createDecider(config, service, context));
  const { syncPeriodMs } = context.timing;
  let firstMs: number | undefined;
  return {
    name: `hpa:${labelOf(config.targetPercent)}`,
    decide: (readings) => {
      firstMs ??= readings.atMs;
      // Whole periods: a live clock that is some ms early must not put the last event inside the policy's period.
      const nowMs = Math.round((readings.atMs - firstMs) / syncPeriodMs) * syncPeriodMs;
      return deciders.map((decide) => decide(readings, nowMs));
    },
  };
}

function labelOf(target: number | readonly number[]): string {
  return typeof target === "number" ? String(target) : target.join("/");
}

type Decider = (readings: Readings, nowMs: number) => Proposal;

function createDecider(config: HpaConfig, service: number, context: AutoscalerContext): Decider {
  const { timing } = context;
  const target = typeof config.targetPercent === "number" ? config.targetPercent : config.targetPercent[service]!;
  const windows = { upMs: scaledMs(config.upWindowS, timing), downMs: scaledMs(config.downWindowS, timing) };
  const history = createSizeHistory(defaultBehavior(scaledMs(policyPeriodS, timing)), boundsOf(service, context));
  const log: Recommendation[] = [];

  return (readings, nowMs) => {
    const current = readings.desired[service]!;
    history.see(current, nowMs);
    // First sight: without the present size as a recommendation, a restart would shrink everything at once.
    if (log.length === 0) log.push({ replicas: current, atMs: nowMs });
    const result = cpuReplicas(readings, service, target, config.tolerance);
    if (result === undefined) return { replicas: current, reasons: ["no CPU reading of a ready replica: size held"] };
    const stable = stabilize(current, result.replicas, nowMs, windows, log);
    const limited = history.limit(current, stable, nowMs);
    return {
      replicas: limited.replicas,
      reasons: [
        ...metricReasons(readings, service, target, config.tolerance, result),
        ...limitReasons(result.replicas, stable, limited, windows),
      ],
    };
  };
}

function cpuReplicas(
  readings: Readings,
  service: number,
  target: number,
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
  return hpaReplicas(desired, pods, utilisationMeasure(target), tolerance);
}

function boundsOf(service: number, { topology }: AutoscalerContext): SizeBounds {
  const { minReplicas, maxReplicas } = topology.services[service]!;
  return { min: minReplicas, max: maxReplicas };
}

type SizeHistory = {
  see(current: number, nowMs: number): void;
  limit(current: number, desired: number, nowMs: number): LimitedSize;
};

/** Remembers changes of size, which the policies count. */
function createSizeHistory(behavior: Behavior, bounds: SizeBounds): SizeHistory {
  let up: ScaleEvent[] = [];
  let down: ScaleEvent[] = [];
  let last: { readonly replicas: number; readonly atMs: number } | undefined;
  return {
    see: (current, nowMs) => {
      const change = last === undefined ? 0 : current - last.replicas;
      if (change > 0) up.push({ replicas: change, atMs: last!.atMs });
      if (change < 0) down.push({ replicas: -change, atMs: last!.atMs });
      up = keepRecent(up, behavior.up, nowMs);
      down = keepRecent(down, behavior.down, nowMs);
      if (!Number.isNaN(current)) last = { replicas: current, atMs: nowMs };
    },
    limit: (current, desired, nowMs) => limitByBehavior(current, desired, bounds, behavior, { up, down }, nowMs),
  };
}

function metricReasons(
  readings: Readings,
  service: number,
  target: number,
  tolerance: HpaTolerance,
  { ratio, replicas }: HpaResult,
): string[] {
  const percent = Math.trunc(Math.round(readings.cpu[service]! * 1_000) / 10);
  const unready = Math.max(0, readings.desired[service]! - readings.ready[service]!);
  const reasons = [`cpu ${percent} % of request against a target of ${target} %`];
  if (unready > 0 && percent > target) reasons.push(`${unready} replicas not ready yet, counted as idle`);
  if (isWithin(ratio, tolerance)) reasons.push("inside the tolerance");
  else reasons.push(`${ratio.toFixed(2)} times the target: ${replicas} replicas`);
  return reasons;
}

const limitSentences: Readonly<Record<NonNullable<LimitedSize["limitedBy"]>, string>> = {
  ScaleUpLimit: "growth of this period limited",
  ScaleDownLimit: "shrinking of this period limited",
  TooManyReplicas: "limited to the maximum",
  TooFewReplicas: "limited to the minimum",
};

function limitReasons(wanted: number, stable: number, limited: LimitedSize, windows: StabilizationWindows): string[] {
  const reasons: string[] = [];
  if (stable > wanted) reasons.push(`kept at ${stable}, the highest wish of the last ${windows.downMs / 1_000} s`);
  if (stable < wanted) reasons.push(`kept at ${stable}, the lowest wish of the last ${windows.upMs / 1_000} s`);
  if (limited.limitedBy !== undefined) reasons.push(`${limitSentences[limited.limitedBy]}: ${limited.replicas}`);
  return reasons;
}
