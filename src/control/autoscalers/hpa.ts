import type { Autoscaler, Proposal } from "../loop/autoscaler.ts";
import type { Readings } from "../readings/readings.ts";
import type { AutoscalerContext } from "./context.ts";
import { type BehaviorConfig, defaultBehaviorConfig } from "./hpa-behavior.ts";
import type { SizeBounds } from "./hpa-limits.ts";
import { type SeenMetric, cpuMetric, rateMetric } from "./hpa-readings.ts";
import type { HpaTolerance } from "./hpa-rule.ts";
import { createHpaSizer } from "./hpa-sizer.ts";
import { createWholePeriods } from "./whole-periods.ts";

/** One target for all services, or one for each in the topology's order. */
export type PerService = number | readonly number[];

export type HpaConfig = {
  /** CPU use of ready pods / their request, per cent; CPU is not looked at when left out. */
  readonly targetPercent?: PerService | undefined;
  /** Requests per second of one replica; the larger wish counts where there is a CPU target too. */
  readonly targetPerS?: PerService | undefined;
  readonly tolerance: HpaTolerance;
  /** Stabilisation windows, seconds of the unscaled clock. */
  readonly upWindowS: number;
  readonly downWindowS: number;
  /** Kubernetes' default when left out. */
  readonly behavior?: BehaviorConfig;
};

/** @source Kubernetes' defaults, but for the target: most guides' 60 instead of 80 %. */
export const defaultHpaConfig: HpaConfig = {
  targetPercent: 60,
  tolerance: { up: 0.1, down: 0.1 },
  upWindowS: 0,
  downWindowS: 300,
};

/**
 * Kubernetes' HorizontalPodAutoscaler on CPU, on requests per second or on both, one per service. Of its own
 * decisions those count within a period that the desired sizes show: a guard may let less through.
 */
export function createHpa(config: HpaConfig, context: AutoscalerContext): Autoscaler {
  const deciders = context.topology.services.map((_, service) => createDecider(config, service, context));
  const wholePeriods = createWholePeriods(context.timing);
  return {
    name: nameOf(config),
    decide: (readings) => {
      const nowMs = wholePeriods(readings.atMs);
      return deciders.map((decide) => decide(readings, nowMs));
    },
  };
}

function nameOf({ targetPercent, targetPerS }: HpaConfig): string {
  const percent = targetPercent === undefined ? [] : [labelOf(targetPercent)];
  const perS = targetPerS === undefined ? [] : [`rps=${labelOf(targetPerS)}`];
  return `hpa:${[...percent, ...perS].join(",")}`;
}

function labelOf(target: PerService): string {
  return typeof target === "number" ? String(target) : target.join("/");
}

/** The target of one service. */
export function targetOf(target: PerService, service: number): number {
  return typeof target === "number" ? target : target[service]!;
}

type Decider = (readings: Readings, nowMs: number) => Proposal;

function createDecider(config: HpaConfig, service: number, context: AutoscalerContext): Decider {
  const { targetPercent, targetPerS, tolerance, behavior = defaultBehaviorConfig } = config;
  const sizer = createHpaSizer({ ...config, behavior }, boundsOf(service, context), context.timing);

  return (readings, nowMs) => {
    const current = readings.desired[service]!;
    const metrics: SeenMetric[] = [];
    if (targetPercent !== undefined) {
      metrics.push(cpuMetric(readings, service, targetOf(targetPercent, service), tolerance));
    }
    if (targetPerS !== undefined) {
      metrics.push(rateMetric(readings.arrivalsPerS[service]!, current, targetOf(targetPerS, service), tolerance));
    }
    return sizer.size(current, nowMs, metrics);
  };
}

export function boundsOf(service: number, { topology }: AutoscalerContext): SizeBounds {
  const { minReplicas, maxReplicas } = topology.services[service]!;
  return { min: minReplicas, max: maxReplicas };
}
