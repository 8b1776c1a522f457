import { meanOfKnown } from "../../core/statistics.ts";
import type { ServiceSeries, VisibleWindow } from "./service-series.ts";

/** The sampled signals of one service; NaN where nothing is known. */
export type SampledSignals = {
  readonly ageMs: number;
  readonly cpu: number;
  readonly arrivalsPerS: number;
  readonly servedPerS: number;
  readonly droppedPerS: number;
  readonly queued: number;
  readonly waitMs: number;
  readonly memoryMiB: number;
  readonly entry: EntrySums;
};

/** What the requests that came in at this service did in the window. */
export type EntrySums = {
  readonly arrivalsPerS: number;
  readonly answered: number;
  readonly durationS: number;
  readonly durations: number;
  readonly violating: number;
};

/**
 * @param cpuLimitCores  of a replica, by its incarnation
 * @param objectiveMs    a slower request violates the objective
 */
export function signalsAt(
  series: ServiceSeries,
  nowMs: number,
  cpuLimitCores: (incarnation: string) => number,
  objectiveMs: number,
): SampledSignals | undefined {
  const window = series.windowAt(nowMs);
  if (window === undefined) return undefined;
  const seconds = window.from === undefined ? Number.NaN : (window.to.atMs - window.from.atMs) / 1_000;
  const grown = (name: Parameters<typeof growth>[1]): number => growth(window, name);
  const workedOn = grown("answered") - grown("refused");
  return {
    ageMs: nowMs - window.to.sampledAtMs,
    cpu: meanCpu(series, window, cpuLimitCores),
    arrivalsPerS: grown("arrived") / seconds,
    servedPerS: grown("served") / seconds,
    droppedPerS: grown("dropped") / seconds,
    queued: window.to.inside,
    waitMs: workedOn > 0 ? (grown("waitS") * 1_000) / workedOn : emptyMean(window),
    memoryMiB: window.to.memoryMiB,
    entry: entrySums(window, seconds, objectiveMs),
  };
}

function growth({ from, to }: VisibleWindow, name: keyof VisibleWindow["to"]["counters"]): number {
  return from === undefined ? Number.NaN : Math.max(0, to.counters[name] - from.counters[name]);
}

/** Nobody waited when nobody came; nothing is known while there is no window. */
function emptyMean({ from }: VisibleWindow): number {
  return from === undefined ? Number.NaN : 0;
}

function meanCpu(series: ServiceSeries, window: VisibleWindow, limitCores: (incarnation: string) => number): number {
  return meanOfKnown(
    [...window.to.cpu.keys()].map((incarnation) => series.podCores(incarnation, window) / limitCores(incarnation)),
  );
}

/** Arrivals at the entry endpoints are their share of the answers; waiting requests are not told apart by endpoint. */
function entrySums(window: VisibleWindow, seconds: number, objectiveMs: number): EntrySums {
  const answered = growth(window, "entryAnswered");
  const allAnswered = growth(window, "answered");
  const dropped = growth(window, "entryDropped");
  const share = allAnswered > 0 ? answered / allAnswered : emptyMean(window);
  return {
    arrivalsPerS: (growth(window, "arrived") * share) / seconds,
    answered,
    durationS: growth(window, "entryDurationS"),
    durations: growth(window, "entryDurations"),
    violating: dropped + (answered - dropped) * slowShare(window, objectiveMs / 1_000),
  };
}

/**
 * Share of the requests in the window that took longer than `limitS`, linear inside the bucket that holds the limit;
 * all of a bucket without an upper bound is slow.
 */
export function slowShare({ from, to }: VisibleWindow, limitS: number): number {
  const bounds = [...to.entryBuckets.keys()].sort((a, b) => a - b);
  const below = (bound: number): number => (to.entryBuckets.get(bound) ?? 0) - (from?.entryBuckets.get(bound) ?? 0);
  const total = below(Infinity);
  if (!(total > 0)) return 0;
  const upper = bounds.find((bound) => bound >= limitS) ?? Infinity;
  const lower = bounds.findLast((bound) => bound < limitS) ?? 0;
  const atLower = lower === 0 ? 0 : below(lower);
  if (upper === Infinity) return 1 - atLower / total;
  const fast = atLower + ((below(upper) - atLower) * (limitS - lower)) / (upper - lower);
  return 1 - fast / total;
}
