import { createHistogram, type Histogram } from "../core/histogram.ts";
import { meanOf, meanOfKnown } from "../core/statistics.ts";
import { type PartFigures, type PartGap, type Shown, figuresOf, gapOf } from "./twin-part.ts";

/** Several plays of one part as one: figures are means over the plays, latencies are those of all of them. */
export type Pooled = { readonly figures: PartFigures; readonly latency: Histogram };

export function poolPlays(plays: readonly Shown[], services: readonly string[]): Pooled {
  const each = plays.map((play) => figuresOf(play, services));
  const latency = pooledLatency(plays);
  const all = figuresOf({ ...plays[0]!, latency }, services);
  const mean = (column: "servedPerS" | "cpu" | "inside" | "ready"): number[] =>
    services.map((_, service) => meanOfKnown(each.map((one) => one[column][service]!)));
  const recoveries = each.flatMap(({ recoveryMs }) => (recoveryMs === undefined ? [] : [recoveryMs]));
  const figures = {
    ...all,
    requests: meanOf(each.map(({ requests }) => requests)),
    violating: meanOf(each.map(({ violating }) => violating)),
    servedPerS: mean("servedPerS"),
    cpu: mean("cpu"),
    inside: mean("inside"),
    ready: mean("ready"),
    ...(recoveries.length === 0 ? {} : { recoveryMs: meanOf(recoveries) }),
  };
  return { figures, latency };
}

function pooledLatency(plays: readonly Shown[]): Histogram {
  const pooled = createHistogram();
  for (const { latency } of plays)
    for (const [bucket, count] of latency.counts.entries()) pooled.counts[bucket]! += count;
  return pooled;
}

/**
 * How far a cluster is from itself: the mean size of the gap between two plays of the same part, over all pairs of
 * them. Undefined of a single play.
 */
export function ownNoise(plays: readonly Shown[], services: readonly string[]): PartGap | undefined {
  const each = plays.map((play) => ({ figures: figuresOf(play, services), latency: play.latency }));
  const gaps = each.flatMap((one, index) =>
    each.slice(index + 1).map((other) => gapOf(other.figures, one.figures, [other.latency, one.latency])),
  );
  return gaps.length === 0 ? undefined : meanSizes(gaps);
}

function meanSizes(gaps: readonly PartGap[]): PartGap {
  const mean = (key: keyof PartGap): number =>
    meanOf(gaps.flatMap((gap) => (gap[key] === undefined ? [] : [Math.abs(gap[key])])));
  const recoveryMs = mean("recoveryMs");
  return {
    requests: mean("requests"),
    cpu: mean("cpu"),
    throughput: mean("throughput"),
    inside: mean("inside"),
    p50: mean("p50"),
    p95: mean("p95"),
    p99: mean("p99"),
    distance: mean("distance"),
    ready: mean("ready"),
    ...(Number.isNaN(recoveryMs) ? {} : { recoveryMs }),
  };
}
