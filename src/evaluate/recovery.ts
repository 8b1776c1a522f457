import { meanOf } from "../core/statistics.ts";
import { type Period, violatingShareOfPeriod } from "./period.ts";

/** What was usual before a fault is the mean of so long, ms of the scenario. */
const USUAL_MS = 300_000;

export type RecoverySpec = {
  /** When faults happened, ms of the cluster's clock. */
  readonly faultsMs: readonly number[];
  /** Share of requests that may violate by the objective. */
  readonly allowedShare: number;
  readonly timeScale: number;
  /** When the play ends, ms of the cluster's clock. */
  readonly endMs: number;
};

/**
 * Mean time from a fault until users are served as before, seconds of the scenario: until the first of two sync periods
 * in a row whose violating share is at most the larger of what the objective allows and what was usual in the five
 * minutes before. 0 where users notice nothing; the rest of the play where it never gets that far; NaN without a fault.
 */
export function meanRecoveryS(periods: readonly Period[], spec: RecoverySpec): number {
  return meanOf(spec.faultsMs.map((faultMs) => recoveryS(periods, faultMs, spec)));
}

function recoveryS(periods: readonly Period[], faultMs: number, spec: RecoverySpec): number {
  const { allowedShare, timeScale, endMs } = spec;
  const toS = (ms: number): number => (ms * timeScale) / 1_000;
  const usual = periods.filter(({ atMs }) => atMs <= faultMs && atMs > faultMs - USUAL_MS / timeScale);
  const bound = Math.max(allowedShare, usual.length === 0 ? 0 : meanOf(usual.map(violatingShareOfPeriod)));
  const after = periods.filter(({ atMs }) => atMs > faultMs);
  const isGood = (index: number): boolean => {
    const period = after[index];
    return period === undefined || violatingShareOfPeriod(period) <= bound;
  };
  const first = after.findIndex((_, index) => isGood(index) && isGood(index + 1));
  if (first < 0) return toS(endMs - faultMs);
  return first === 0 ? 0 : toS(after[first - 1]!.atMs - faultMs);
}
