import { quantileOfSample } from "../core/statistics.ts";
import type { Workload } from "../system/workload/workload.ts";

/** Traffic that an autoscaler can follow, and traffic that outruns it: told apart in every result. */
export const trafficClasses = ["calm", "bursty"] as const;
export type TrafficClass = (typeof trafficClasses)[number];

/** About what passes until new replicas serve: metrics 27 s, start-up 25 s. Seconds of the scenario. */
const RESPONSE_S = 60;

/** Traffic that grows by half before anything can be done about it is bursty. */
const BURSTY_FROM = 1.5;

/**
 * The largest growth of the arrivals from one minute to the next, as a factor: mean rate of a minute / that of the minute
 * before it. Minutes begin at every step.
 */
export function largestGrowth({ ratePerS, stepMs }: Workload, timeScale: number): number {
  const steps = Math.max(1, Math.round((RESPONSE_S * 1_000) / timeScale / stepMs));
  let before = 0;
  let now = 0;
  let largest = 1;
  for (let step = 0; step < ratePerS.length; step++) {
    now += ratePerS[step]!;
    if (step >= steps) {
      now -= ratePerS[step - steps]!;
      before += ratePerS[step - steps]!;
    }
    if (step >= 2 * steps) before -= ratePerS[step - 2 * steps]!;
    if (step >= 2 * steps - 1 && before > 1e-9) largest = Math.max(largest, now / before);
  }
  return largest;
}

/** Bursty when the median workload of a scenario's seeds grows by half within a minute. */
export function trafficClassOf(growths: readonly number[]): TrafficClass {
  return quantileOfSample(growths, 0.5) >= BURSTY_FROM ? "bursty" : "calm";
}
