import type { MockColdStart } from "./config.ts";

/** How much more work there is because the replica has just started. */
export type Coldness = {
  /** Factor on the work of the request that begins now; it fills caches for those to come. */
  next(): number;
  /** The replica becomes ready. */
  ready(): void;
};

export function createColdness(cold: MockColdStart | undefined, nowMs: () => number): Coldness {
  if (cold === undefined) return { next: () => 1, ready: () => undefined };
  const { factor } = cold;
  let begun = 0;
  let readyAtMs = Infinity;
  const filled = (): number =>
    "requests" in cold ? begun++ / cold.requests : Math.max(0, nowMs() - readyAtMs) / cold.forMs;
  return {
    next: () => 1 + (factor - 1) * Math.max(0, 1 - filled()),
    ready() {
      readyAtMs = nowMs();
    },
  };
}
