import type { PartGap } from "./twin-part.ts";

/** What a twin may be off by at most: CPU and distance as such, the others relative. */
export type TwinBars = Pick<PartGap, "cpu" | "throughput" | "p50" | "p95" | "distance">;

/** Up to this utilisation latencies are held to the tighter bar: near saturation all that is small grows. */
const CALM_UTILISATION = 0.7;
const CALM_LATENCY = 0.06;
const BUSY_LATENCY = 0.1;

/** A cluster that is so far from itself between two plays cannot be met more closely than this many times as far. */
const NOISE_FACTOR = 1.5;

/**
 * @param utilisation  the highest of the part, of what its sizes can serve
 * @param own  how far the cluster was from itself, where it played more than once
 */
export function barsAt(utilisation: number, own: PartGap | undefined): TwinBars {
  const latency = utilisation <= CALM_UTILISATION ? CALM_LATENCY : BUSY_LATENCY;
  const bars: TwinBars = { cpu: 0.02, throughput: 0.02, p50: latency, p95: latency, distance: 0.05 };
  if (own === undefined) return bars;
  const above = (key: keyof TwinBars): number => Math.max(bars[key], NOISE_FACTOR * own[key]);
  return {
    cpu: above("cpu"),
    throughput: above("throughput"),
    p50: above("p50"),
    p95: above("p95"),
    distance: above("distance"),
  };
}

/** What of a gap lies beyond its bar; what could not be measured too. */
export function missesOf(gap: PartGap, bars: TwinBars): readonly (keyof TwinBars)[] {
  const keys = Object.keys(bars) as (keyof TwinBars)[];
  return keys.filter((key) => !(Math.abs(gap[key]) <= bars[key]));
}
