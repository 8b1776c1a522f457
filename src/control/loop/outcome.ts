import { type Histogram, quantileOf } from "../../core/histogram.ts";

/** What a run did to its users and what it cost: the same figures from the twin and from a load generator. */
export type Outcome = {
  readonly requests: number;
  /** Failed, dropped, timed out, or slower than the objective, counted at the entry. */
  readonly violating: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Replicas that exist (starting ones too) x time, summed over services, seconds of the cluster's clock. */
  readonly podSeconds: number;
  /** The same, each replica counted by its CPU limit / the declared one: what a run costs where sizes differ. */
  readonly sizedPodSeconds: number;
  /** Decisions that changed the replicas of a service or their CPU limit. */
  readonly sizeChanges: number;
};

/** What a twin counts, or a load generator. */
export type Answered = { readonly requests: number; readonly violating: number; readonly latency: Histogram };

export function outcomeOf(
  { requests, violating, latency }: Answered,
  { podSeconds, sizedPodSeconds }: Pick<Outcome, "podSeconds" | "sizedPodSeconds">,
  sizeChanges: number,
): Outcome {
  const quantileMs = (share: number): number => quantileOf(latency, share);
  return {
    requests,
    violating,
    p50Ms: quantileMs(0.5),
    p95Ms: quantileMs(0.95),
    p99Ms: quantileMs(0.99),
    podSeconds,
    sizedPodSeconds,
    sizeChanges,
  };
}

export function violatingShare(outcome: Outcome): number {
  return outcome.requests === 0 ? 0 : outcome.violating / outcome.requests;
}
