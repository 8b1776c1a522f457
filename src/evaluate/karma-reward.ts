import { meanOf } from "../core/statistics.ts";
import { type Period, violatingShareOfPeriod } from "./period.ts";

const weight = 0.2;

/** Latency at which its part is 0, in multiples of the objective. The sources do not say theirs. */
const WORST_LATENCY = 5;

/**
 * KARMA's operational reward of one sync period, in [0, 1]: five parts of weight .2. Availability at the entry and
 * throughput against what is expected are the same here, since every request of a period is expected to be answered.
 *
 * @source KARMA paper (arXiv 2505.21559), operational reward; weights of its journal draft
 */
export function karmaReward(period: Period, objectiveMs: number): number {
  const { requests, failed, latencyMs } = period;
  const answered = requests > 0 ? 1 - failed / requests : 1;
  const latency = Number.isNaN(latencyMs) ? 0 : Math.min(1, latencyMs / (WORST_LATENCY * objectiveMs));
  const success = 1 - violatingShareOfPeriod(period);
  return weight * (success + 1 - pendingPodShare(period) + 1 - latency + answered + answered);
}

/** Replicas asked for that are not ready / replicas asked for. */
export function pendingPodShare({ desired, ready }: Period): number {
  const wanted = desired.reduce((sum, one) => sum + one, 0);
  const missing = desired.reduce((sum, one, service) => sum + Math.max(0, one - ready[service]!), 0);
  return wanted > 0 ? missing / wanted : 0;
}

/** Of a population, not a sample. */
export function standardDeviation(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
}
