import { quantileOfSample } from "../core/statistics.ts";
import type { Workload } from "../system/workload/workload.ts";

/** Traffic that an autoscaler can follow, and traffic that outruns it: told apart in every result. */
export const trafficClasses = ["calm", "bursty"] as const;
export type TrafficClass = (typeof trafficClasses)[number];

/** Longer than what passes until new replicas serve (metrics 27 s, start-up 25 s), seconds of the scenario. */
const WINDOW_S = 120;
/** Growth is looked at this often, seconds of the scenario. */
const EVERY_S = 5;

/** One moment in two hundred: a crowd an hour lasts longer than that, a single odd minute of a recording does not. */
const RARE = 0.995;

/** Traffic that now and then doubles within two minutes is bursty. */
const BURSTY_FROM = 2;

/**
 * How fast arrivals grow when they grow fastest: the 99.5 % quantile, over all moments of all workloads of a scenario,
 * of the mean rate of two minutes / that of the two minutes before. 1 for plays shorter than that.
 */
export function growthOf(workloads: readonly Workload[], timeScale: number): number {
  const growths = workloads.flatMap((workload) => growthsOf(workload, timeScale));
  return growths.length === 0 ? 1 : quantileOfSample(growths, RARE);
}

function growthsOf({ ratePerS, stepMs }: Workload, timeScale: number): number[] {
  const steps = (seconds: number): number => Math.max(1, Math.round((seconds * 1_000) / timeScale / stepMs));
  const window = steps(WINDOW_S);
  const sums = new Float64Array(ratePerS.length + 1);
  for (const [step, rate] of ratePerS.entries()) sums[step + 1] = sums[step]! + rate;
  const growths: number[] = [];
  for (let end = 2 * window; end < sums.length; end += steps(EVERY_S)) {
    const before = sums[end - window]! - sums[end - 2 * window]!;
    if (before > 1e-9) growths.push((sums[end]! - sums[end - window]!) / before);
  }
  return growths;
}

export function trafficClassOf(growth: number): TrafficClass {
  return growth >= BURSTY_FROM ? "bursty" : "calm";
}
