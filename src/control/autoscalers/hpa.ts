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
  /** The autoscaler's own bounds inside those of the topology. */
  readonly minReplicas?: PerService | undefined;
  readonly maxReplicas?: PerService | undefined;
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
  const hasOwnBounds = config.minReplicas !== undefined || config.maxReplicas !== undefined;
  const bounds = ownBounds(config, service, boundsOf(service, context));
  const sizer = createHpaSizer({ ...config, behavior }, bounds, context.timing);

  return (readings, nowMs) => {
    const current = readings.desired[service]!;
    const metrics: SeenMetric[] = [];
    if (targetPercent !== undefined) {
      metrics.push(cpuMetric(readings, service, targetOf(targetPercent, service), tolerance));
    }
    if (targetPerS !== undefined) {
      metrics.push(rateMetric(readings.arrivalsPerS[service]!, current, targetOf(targetPerS, service), tolerance));
    }
    const proposal = sizer.size(current, nowMs, metrics);
    // Without bounds of its own the sizer's are all there are; none at all is left alone.
    return hasOwnBounds && current > 0 ? withinBounds(proposal, bounds) : proposal;
  };
}

function ownBounds({ minReplicas, maxReplicas }: HpaConfig, service: number, { min, max }: SizeBounds): SizeBounds {
  const lowest = minReplicas === undefined ? min : Math.min(max, Math.max(min, targetOf(minReplicas, service)));
  const highest = maxReplicas === undefined ? max : Math.min(max, targetOf(maxReplicas, service));
  return { min: lowest, max: Math.max(lowest, highest) };
}

/** A size outside the bounds is set right before any metric is read. */
function withinBounds(proposal: Proposal, { min, max }: SizeBounds): Proposal {
  const replicas = Math.min(max, Math.max(min, proposal.replicas));
  if (replicas === proposal.replicas) return proposal;
  return { replicas, reasons: [...proposal.reasons, `the bounds of the autoscaler are ${min} to ${max}`] };
}

export function boundsOf(service: number, { topology }: AutoscalerContext): SizeBounds {
  const { minReplicas, maxReplicas } = topology.services[service]!;
  return { min: minReplicas, max: maxReplicas };
}
