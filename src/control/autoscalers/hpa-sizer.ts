import type { Proposal } from "../loop/autoscaler.ts";
import type { Timing } from "../loop/timing.ts";
import { scaledMs } from "./context.ts";
import { type BehaviorConfig, behaviorOf } from "./hpa-behavior.ts";
import { type LimitedSize, type SizeBounds, sizeWithoutMetrics } from "./hpa-limits.ts";
import { combineMetrics } from "./hpa-metrics.ts";
import type { SeenMetric } from "./hpa-readings.ts";
import { createSizeHistory } from "./size-history.ts";
import { type Recommendation, type StabilizationWindows, stabilize } from "./stabilize.ts";

export type SizerConfig = {
  /** Stabilisation windows, seconds of the unscaled clock. */
  readonly upWindowS: number;
  readonly downWindowS: number;
  readonly behavior: BehaviorConfig;
};

/** From what the metrics of one service ask for to the size it gets: several metrics, stabilisation, rates, bounds. */
export type HpaSizer = {
  /** Once per sync period, whether there are metrics or not. */
  size(current: number, nowMs: number, metrics: readonly SeenMetric[]): Proposal;
};

export function createHpaSizer(config: SizerConfig, bounds: SizeBounds, timing: Pick<Timing, "timeScale">): HpaSizer {
  const windows = { upMs: scaledMs(config.upWindowS, timing), downMs: scaledMs(config.downWindowS, timing) };
  const history = createSizeHistory(behaviorOf(config.behavior, timing), bounds);
  const log: Recommendation[] = [];

  function decide(current: number, nowMs: number, metrics: readonly SeenMetric[]): Proposal {
    const forced = sizeWithoutMetrics(current, bounds);
    if (forced !== undefined) return { replicas: forced, reasons: [forcedReason(current, bounds)] };
    const wanted = combineMetrics(
      current,
      metrics.map(({ result }) => result),
    );
    const reasons = metrics.flatMap((metric) => metric.reasons);
    if (wanted === undefined) return { replicas: current, reasons: heldReasons(metrics, reasons) };
    const stable = stabilize(current, wanted, nowMs, windows, log);
    const limited = history.limit(current, stable, nowMs);
    return { replicas: limited.replicas, reasons: [...reasons, ...limitReasons(wanted, stable, limited, windows)] };
  }

  return {
    size: (current, nowMs, metrics) => {
      history.see(current, nowMs);
      // First sight: without the present size as a recommendation, a restart would shrink everything at once.
      if (log.length === 0) log.push({ replicas: current, atMs: nowMs });
      const proposal = decide(current, nowMs, metrics);
      history.ask(proposal.replicas);
      return proposal;
    },
  };
}

function forcedReason(current: number, { min, max }: SizeBounds): string {
  if (current === 0) return "at zero: nothing is decided";
  return current > max ? `above the maximum of ${max}` : `below the minimum of ${min}`;
}

function heldReasons(metrics: readonly SeenMetric[], reasons: readonly string[]): string[] {
  const isPartial = metrics.some(({ result }) => !("failure" in result));
  if (isPartial) return [...reasons, "a metric is missing, and the others do not ask for growth: size held"];
  return [`${reasons.join(", ")}: size held`];
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
