import { type Divisor, type Quota, type QuotaClocks, createQuota } from "./quota.ts";

/**
 * Where the kernel enforces the CPU limit itself: what is less than that is emulated, as long as it is.
 *
 * @param divisor  the limit is divided by this at the moment; 1 = the kernel does all
 */
export function createReducedQuota(limitCores: number, clocks: QuotaClocks, divisor: Divisor): Quota {
  let cores = limitCores;
  let isArmed = false;
  let emulated: Quota | undefined;
  let throttledBeforeMs = 0;

  function end(): void {
    throttledBeforeMs += emulated?.throttledMs() ?? 0;
    emulated = undefined;
  }

  return {
    arm() {
      isArmed = true;
    },
    check() {
      if (!isArmed) return;
      if (divisor() <= 1) return end();
      if (emulated === undefined) {
        emulated = createQuota(cores, clocks, divisor);
        emulated.arm();
      }
      emulated.check();
    },
    resize(limit) {
      cores = limit;
      emulated?.resize(limit);
    },
    throttledMs: () => throttledBeforeMs + (emulated?.throttledMs() ?? 0),
  };
}
