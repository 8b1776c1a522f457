import type { Autoscaler, Proposal } from "../loop/autoscaler.ts";
import type { Readings } from "../readings/readings.ts";
import { type AutoscalerContext, scaledMs } from "./context.ts";
import type { RuleConfig } from "./hpa-spec.ts";
import { type SeenMetric, missing, rateMetric } from "./hpa-readings.ts";
import { createHpaSizer } from "./hpa-sizer.ts";
import { type PerService, boundsOf, targetOf } from "./hpa.ts";
import { type KedaFallback, fallbackReplicas } from "./keda-fallback.ts";
import { createWholePeriods } from "./whole-periods.ts";

export type KedaConfig = RuleConfig & {
  /** Requests per second of one replica: the trigger's threshold. */
  readonly targetPerS: PerService;
  /** A service is active while its metric is above so many requests per second. */
  readonly activationPerS: number;
  /**
   * Scaling modifiers, formula `arrivals + queued / drainS`: the rate that also works off the backlog in so many seconds
   * of the unscaled clock. Arrivals alone when left out.
   */
  readonly drainS?: number | undefined;
  /** Between two looks at whether a service is active, seconds of the unscaled clock. */
  readonly pollS: number;
  /** How long after it was last active a service goes to 0, seconds of the unscaled clock; > 0 replicas know none. */
  readonly cooldownS: number;
  readonly fallback?: KedaFallback | undefined;
};

/** @source KEDA's defaults */
export const defaultKedaConfig: Pick<KedaConfig, "activationPerS" | "pollS" | "cooldownS"> = {
  activationPerS: 0,
  pollS: 30,
  cooldownS: 300,
};

/**
 * KEDA on a service's requests per second. KEDA itself only decides between none and some: a poll that finds a service
 * active takes it from 0 to max(1, min), and one that finds it inactive for longer than the cooldown takes it to 0, where
 * the topology's minimum is 0. From 1 to the maximum the HPA rule decides.
 *
 * @source kedacore/keda, pkg/scaling/executor/scale_scaledobjects.go and pkg/fallback/fallback.go
 */
export function createKeda(config: KedaConfig, context: AutoscalerContext): Autoscaler {
  const deciders = context.topology.services.map((_, service) => createDecider(config, service, context));
  const wholePeriods = createWholePeriods(context.timing);
  return {
    name: "keda",
    decide: (readings) => {
      const nowMs = wholePeriods(readings.atMs);
      return deciders.map((decide) => decide(readings, nowMs));
    },
  };
}

type Decider = (readings: Readings, nowMs: number) => Proposal;

function createDecider(config: KedaConfig, service: number, context: AutoscalerContext): Decider {
  const { timing } = context;
  const { min, max } = boundsOf(service, context);
  const floor = Math.max(1, min);
  const target = targetOf(config.targetPerS, service);
  const sizer = createHpaSizer(config, { min: floor, max }, timing);
  const activity = createActivity(config, scaledMs(config.pollS, timing), scaledMs(config.cooldownS, timing));
  const drainS = config.drainS === undefined ? Number.POSITIVE_INFINITY : scaledMs(config.drainS, timing) / 1_000;
  let failures = 0;

  return (readings, nowMs) => {
    const current = readings.desired[service]!;
    const value = metricOf(readings, service, drainS);
    failures = Number.isNaN(value) ? failures + 1 : 0;
    const isFallingBack = config.fallback !== undefined && failures > config.fallback.failureThreshold;
    const state = activity.look(value, nowMs);
    if (current === 0) return fromZero(state, floor, isFallingBack ? config.fallback : undefined, value);
    if (state === "cold" && min === 0) {
      return { replicas: 0, reasons: [`not active for more than ${config.cooldownS} s: scaled to zero`] };
    }
    return sizer.size(current, nowMs, [metricFor(value, current, isFallingBack)]);
  };

  function metricFor(value: number, current: number, isFallingBack: boolean): SeenMetric {
    const { fallback, tolerance } = config;
    if (!isFallingBack || fallback === undefined) return rateMetric(value, current, target, tolerance);
    const replicas = fallbackReplicas(fallback, current);
    if (!Number.isFinite(target)) return missing("no reading of the arrivals");
    const { result } = rateMetric(target * replicas, current, target, tolerance);
    return { result, reasons: [`no reading for ${failures} periods: fallback to ${replicas} replicas`] };
  }
}

/** Requests per second, the backlog counted by the rate that works it off; NaN where a part is missing. */
function metricOf(readings: Readings, service: number, drainS: number): number {
  const arrivalsPerS = readings.arrivalsPerS[service]!;
  return Number.isFinite(drainS) ? arrivalsPerS + readings.queued[service]! / drainS : arrivalsPerS;
}

/** At 0 the HPA is off; KEDA wakes the service at a poll, or falls back when its source fails for too long. */
function fromZero(state: Activity, floor: number, fallback: KedaFallback | undefined, value: number): Proposal {
  if (state === "active") {
    return { replicas: floor, reasons: [`active at ${value.toFixed(1)} requests/s: woken to ${floor}`] };
  }
  if (fallback !== undefined && fallback.replicas > 0) {
    return { replicas: fallback.replicas, reasons: [`no reading: fallback to ${fallback.replicas} replicas`] };
  }
  return { replicas: 0, reasons: ["not active: kept at zero"] };
}

/** `cold`: inactive for longer than the cooldown, or never active; `none`: nothing new, as between two polls. */
type Activity = "active" | "cold" | "none";

type ActivityWatch = { look(value: number, nowMs: number): Activity };

function createActivity({ activationPerS }: KedaConfig, pollMs: number, cooldownMs: number): ActivityWatch {
  let polledMs = Number.NEGATIVE_INFINITY;
  let activeMs = Number.NEGATIVE_INFINITY;
  return {
    look: (value, nowMs) => {
      if (nowMs - polledMs < pollMs) return "none";
      polledMs = nowMs;
      if (value > activationPerS) {
        activeMs = nowMs;
        return "active";
      }
      // A source that cannot be read says nothing: neither wakes the service nor lets it go.
      if (Number.isNaN(value)) return "none";
      return nowMs - activeMs > cooldownMs ? "cold" : "none";
    },
  };
}
