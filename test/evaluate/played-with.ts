import type { Played } from "../../src/evaluate/played.ts";

/** Twenty minutes with a thousand requests and no fault. */
export function playedWith(figures: Partial<Played>): Played {
  return {
    requests: 1_000,
    violating: 10,
    failed: 5,
    p50Ms: 20,
    p95Ms: 100,
    p99Ms: 200,
    meanLatencyMs: 30,
    pendingRequestShare: 0.1,
    pendingPodShare: 0.02,
    recoveryS: Number.NaN,
    podSeconds: 360,
    sizedPodSeconds: 360,
    coreSeconds: 180,
    sizeChanges: 4,
    flaps: 1,
    money: 0.012,
    slowMinutesPerDay: 3,
    reward: -1,
    karmaReward: 0.9,
    karmaRewardSd: 0.05,
    lengthS: 1_200,
    ...figures,
  };
}
