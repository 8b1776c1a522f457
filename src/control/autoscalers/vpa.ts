import { guardBounds } from "../guard/bounds.ts";
import type { Autoscaler, Proposal } from "../loop/autoscaler.ts";
import type { Readings } from "../readings/readings.ts";
import type { AutoscalerContext } from "./context.ts";
import { type FixedConfig, createFixed } from "./fixed.ts";
import { type PerService, targetOf } from "./hpa.ts";
import { createCpuSampler } from "./vpa-sampler.ts";
import {
  type Recommended,
  type RecommenderConfig,
  type VpaRecommendation,
  defaultRecommenderConfig,
  recommendVpa,
} from "./vpa-recommend.ts";
import { type UpdaterConfig, defaultUpdaterConfig, podsToEvict } from "./vpa-updater.ts";
import { createVpaUsage, dayMs } from "./vpa-usage.ts";
import { createWholePeriods } from "./whole-periods.ts";

/** Times are ms of the scenario. */
export type VpaConfig = {
  readonly recommender: RecommenderConfig;
  readonly updater: UpdaterConfig;
  /** Of what was used. */
  readonly halfLifeMs: number;
  /** Between two samples, and between two looks of the updater. */
  readonly everyMs: number;
  /** Bounds of its own inside those of the guard, millicores. */
  readonly minMilli?: PerService | undefined;
  readonly maxMilli?: PerService | undefined;
  /** How many replicas there are to be; as many as it finds when left out. */
  readonly replicas?: FixedConfig | undefined;
};

/** @source kubernetes/autoscaler, vertical-pod-autoscaler: defaults of recommender and updater */
export const defaultVpaConfig: VpaConfig = {
  recommender: defaultRecommenderConfig,
  updater: defaultUpdaterConfig,
  halfLifeMs: dayMs,
  everyMs: 60_000,
};

/**
 * The Vertical Pod Autoscaler in its mode InPlaceOrRecreate: it gives the replicas of a service another CPU limit as they
 * run, and leaves their number alone. Recommender and updater are upstream's. Memory is left alone, and where the updater
 * would change some replicas of a service, all of them change: a service has one size here.
 */
export function createVpa(config: VpaConfig, context: AutoscalerContext): Autoscaler {
  const { topology, timing } = context;
  const counts = config.replicas === undefined ? undefined : createFixed(config.replicas, context);
  const deciders = topology.services.map((_, service) => createDecider(config, service, context));
  const wholePeriods = createWholePeriods(timing);
  return {
    name: "vpa",
    decide: (readings) => {
      const nowMs = wholePeriods(readings.atMs) * timing.timeScale;
      const counted = counts?.decide(readings);
      return deciders.map((decide, service) => {
        const replicas = counted?.[service]!.replicas ?? readings.desired[service]!;
        return Object.assign({ replicas }, decide(readings, nowMs));
      });
    },
  };
}

/** @param nowMs  of the scenario, since the first readings */
type Decider = (readings: Readings, nowMs: number) => Pick<Proposal, "cpuMilli" | "reasons">;

function createDecider(config: VpaConfig, service: number, context: AutoscalerContext): Decider {
  const usage = createVpaUsage(config.halfLifeMs);
  const sampler = createCpuSampler(service, context.timing);
  const bounds = boundsOf(config, service, context);
  let lookedMs = Number.NEGATIVE_INFINITY;
  /** Its replicas have their limit since then. */
  let sizedMs = 0;
  /** On its way there: what the guard cut, or the cluster refused, is asked for again. */
  let goalMilli: number | undefined;
  let isSampled = false;
  return (readings, nowMs) => {
    const from = readings.cpuMilli[service]!;
    const cores = sampler.coresPerReplica(readings);
    if (nowMs - lookedMs < config.everyMs) return { reasons: ["the updater looks again later"] };
    lookedMs = nowMs;
    if (cores !== undefined) usage.addCpu(cores, nowMs);
    isSampled ||= cores !== undefined;
    if (!isSampled) return { reasons: ["no CPU reading of a ready replica yet"] };
    const recommendation = boundedTo(bounds, recommendVpa(usage, 1, config.recommender));
    const words = inWords(recommendation.cpuMilli, config);
    if (from === goalMilli) {
      goalMilli = undefined;
      sizedMs = nowMs;
    }
    if (goalMilli === undefined && !isDue(recommendation, readings, service, config.updater, sizedMs, nowMs)) {
      return { reasons: [`${words}: ${from}m is left alone`] };
    }
    goalMilli = recommendation.cpuMilli.target;
    return { cpuMilli: recommendation.cpuMilli.target, reasons: [words] };
  };
}

/** The updater would change any of the replicas. */
function isDue(
  recommendation: VpaRecommendation,
  { desired, ready, cpuMilli }: Readings,
  service: number,
  config: UpdaterConfig,
  startedMs: number,
  nowMs: number,
): boolean {
  const pod = {
    cpuMilli: cpuMilli[service]!,
    memoryBytes: recommendation.memoryBytes.target,
    startedMs,
    isQuickOutOfMemory: false,
  };
  const pods = Array.from({ length: ready[service]! }, (_, index) => ({ name: String(index), ...pod }));
  return podsToEvict(pods, recommendation, desired[service]!, nowMs, config).length > 0;
}

type Bounds = { readonly min: number; readonly max: number };

function boundsOf({ minMilli, maxMilli }: VpaConfig, service: number, { topology }: AutoscalerContext): Bounds {
  const { minCpuMilli, maxCpuMilli } = guardBounds(topology);
  const [least, most] = [minCpuMilli[service]!, maxCpuMilli[service]!];
  const min = minMilli === undefined ? least : Math.min(most, Math.max(least, targetOf(minMilli, service)));
  const max = maxMilli === undefined ? most : Math.min(most, targetOf(maxMilli, service));
  return { min, max: Math.max(min, max) };
}

function boundedTo({ min, max }: Bounds, recommendation: VpaRecommendation): VpaRecommendation {
  const bounded = (milli: number): number => Math.min(max, Math.max(min, milli));
  const { target, lower, upper } = recommendation.cpuMilli;
  return {
    ...recommendation,
    cpuMilli: { target: bounded(target), lower: bounded(lower), upper: bounded(upper) },
  };
}

function inWords({ target, lower, upper }: Recommended, { recommender }: VpaConfig): string {
  const { percentiles, marginShare } = recommender;
  const what = `p${percent(percentiles.target)} of CPU use + ${percent(marginShare)} %`;
  return `${what} is ${target}m, worth a change outside ${lower}m to ${upper}m`;
}

function percent(share: number): number {
  return Math.round(share * 1_000) / 10;
}
