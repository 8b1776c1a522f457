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
  /** Decisions that changed a service's desired replicas. */
  readonly sizeChanges: number;
};

export function violatingShare(outcome: Outcome): number {
  return outcome.requests === 0 ? 0 : outcome.violating / outcome.requests;
}
