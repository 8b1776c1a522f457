import { meanOf, sumOf } from "../core/statistics.ts";
import { operationalReward } from "../team/env/games/karma-reward.ts";
import { type Period, violatingShareOfPeriod } from "./period.ts";

/** {@link operationalReward} of one sync period. */
export function karmaReward(period: Period, objectiveMs: number): number {
  const { requests, failed, latencyMs } = period;
  return operationalReward(
    {
      violatingShare: violatingShareOfPeriod(period),
      pendingPodShare: pendingPodShare(period),
      latencyMs,
      answeredShare: requests > 0 ? 1 - failed / requests : 1,
    },
    objectiveMs,
  );
}

/** Replicas asked for that are not ready / replicas asked for. */
export function pendingPodShare({ desired, ready }: Period): number {
  const wanted = sumOf(desired);
  const missing = desired.reduce((sum, one, service) => sum + Math.max(0, one - ready[service]!), 0);
  return wanted > 0 ? missing / wanted : 0;
}

/** Of a population, not a sample. */
export function standardDeviation(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)));
}
