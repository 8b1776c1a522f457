import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../core/clock.ts";

/** The machine's monotonic clock, zero at creation. */
export function createRealClock(): Clock {
  const origin = performance.now();
  const nowMs = (): number => performance.now() - origin;
  return {
    nowMs,
    async sleepUntil(atMs, signal) {
      signal?.throwIfAborted();
      // A timer may fire up to 1 ms early; the loop makes `nowMs() >= atMs` true for the caller.
      for (let waitMs = atMs - nowMs(); waitMs > 0; waitMs = atMs - nowMs()) {
        try {
          await sleep(Math.ceil(waitMs), undefined, signal === undefined ? {} : { signal });
        } catch (error) {
          if (signal?.aborted === true) throw signal.reason;
          throw error;
        }
      }
    },
  };
}

/** Lets signals and timers in between two pieces of long work. */
export async function breathe(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Milliseconds since 1970, to agree on a moment with another process. */
export function epochMs(): number {
  return Date.now();
}
