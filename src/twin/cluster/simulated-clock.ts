import type { Clock } from "../../core/clock.ts";

/** A clock that stands still but when somebody sleeps on it: then everything up to that moment happens at once. */
export function createSimulatedClock(advanceTo: (atMs: number) => void): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    async sleepUntil(atMs, signal) {
      signal?.throwIfAborted();
      if (!Number.isFinite(atMs)) throw new Error(`a simulated clock cannot sleep until ${atMs}`);
      if (atMs <= nowMs) return;
      advanceTo(atMs);
      nowMs = atMs;
    },
  };
}
