import type { Timing } from "../loop/timing.ts";

/**
 * Times since the first one seen, in whole sync periods: a live clock that is some ms early must not put the last event
 * inside a policy's period.
 */
export function createWholePeriods({ syncPeriodMs }: Pick<Timing, "syncPeriodMs">): (atMs: number) => number {
  let firstMs: number | undefined;
  return (atMs) => {
    firstMs ??= atMs;
    return Math.round((atMs - firstMs) / syncPeriodMs) * syncPeriodMs;
  };
}
