import type { Decision } from "../control/loop/autoscaler.ts";
import type { Outcome } from "../control/loop/outcome.ts";
import type { Period } from "./period.ts";

/** What one play did: what every run tells, and what only a simulation sees. Times and costs are of the scenario. */
export type Played = Outcome & {
  /** Without a good answer: failed, dropped or timed out; among the violating ones. */
  readonly failed: number;
  readonly meanLatencyMs: number;
  /** Requests in the system at the end of a sync period / requests that came in it, mean. */
  readonly pendingRequestShare: number;
  /** Replicas asked for that are not ready / replicas asked for, mean. */
  readonly pendingPodShare: number;
  /** Mean over faults; NaN without one. */
  readonly recoveryS: number;
  readonly flaps: number;
  /** CPU limit x replicas x time, core-seconds of the cluster's clock. */
  readonly coreSeconds: number;
  /** Of the price sheet's currency. */
  readonly money: number;
  /** Minutes in which the mean latency is above the objective, per day. */
  readonly slowMinutesPerDay: number;
  /** What a team of the price 40 is trained to make large, of the whole play. */
  readonly reward: number;
  /** KARMA's operational reward, mean over sync periods, and its standard deviation over them. */
  readonly karmaReward: number;
  readonly karmaRewardSd: number;
  readonly lengthS: number;
};

/** A play in full, to be drawn. */
export type Timeline = {
  readonly services: readonly string[];
  readonly periods: readonly Period[];
  /** Those that changed a size. */
  readonly changes: readonly Decision[];
};
