import { meanOf } from "../core/statistics.ts";
import { type Period, violatingShareOfPeriod } from "./period.ts";

/** What was usual before a fault is the mean of so long, ms of the scenario. */
const USUAL_MS = 300_000;

/** Harm that begins later than this after a fault is over has other causes, ms of the scenario. */
const LATE_MS = 60_000;

export type RecoverySpec = {
  /** When faults happened and how long they lasted, ms of the cluster's clock; those over at once have no duration. */
  readonly faults: readonly { readonly atMs: number; readonly durationMs?: number }[];
  /** Share of requests that may violate by the objective. */
  readonly allowedShare: number;
  readonly timeScale: number;
  /** When the play ends, ms of the cluster's clock. */
  readonly endMs: number;
};

/**
 * Mean time from a fault until users are served as before, seconds of the scenario: until the first of two sync periods
 * in a row that are good again, behind the first bad one. Bad is a violating share above both what the objective allows
 * and what was usual in the five minutes before. 0 where no period is bad that begins while the fault lasts, or in the minute after;
 * the rest of the play where it never gets good again; NaN without a fault.
 */
export function meanRecoveryS(periods: readonly Period[], spec: RecoverySpec): number {
  return meanOf(spec.faults.map((fault) => recoveryS(periods, fault, spec)));
}

function recoveryS(
  periods: readonly Period[],
  { atMs: faultMs, durationMs = 0 }: RecoverySpec["faults"][number],
  { allowedShare, timeScale, endMs }: RecoverySpec,
): number {
  const toS = (ms: number): number => (ms * timeScale) / 1_000;
  const usual = periods.filter(({ atMs }) => atMs <= faultMs && atMs > faultMs - USUAL_MS / timeScale);
  const bound = Math.max(allowedShare, usual.length === 0 ? 0 : meanOf(usual.map(violatingShareOfPeriod)));
  const after = periods.filter(({ atMs }) => atMs > faultMs);
  const isGood = (index: number): boolean => {
    const period = after[index];
    return period === undefined || violatingShareOfPeriod(period) <= bound;
  };
  const harmed = after.findIndex((_, index) => !isGood(index));
  const beginsMs = after[harmed - 1]?.atMs ?? faultMs;
  if (harmed < 0 || beginsMs > faultMs + durationMs + LATE_MS / timeScale) return 0;
  const good = after.findIndex((_, index) => index > harmed && isGood(index) && isGood(index + 1));
  return toS((good < 0 ? endMs : after[good - 1]!.atMs) - faultMs);
}
