const weight = 0.2;

/** Latency at which its part is 0, in multiples of the objective. The sources do not say theirs. */
export const worstLatency = 5;

/** What users and pods met in one sync period. */
export type Operations = {
  /** Of the requests, [0, 1]. */
  readonly violatingShare: number;
  /** Replicas asked for that are not ready / replicas asked for. */
  readonly pendingPodShare: number;
  /** Mean at the entry; NaN = not known, and then not held against anybody. */
  readonly latencyMs: number;
  /** Requests with a good answer / requests. */
  readonly answeredShare: number;
};

/**
 * KARMA's operational reward of one sync period, in [0, 1]: five parts of weight .2. Availability at the entry and
 * throughput against what is expected are the same here, since every request of a period is expected to be answered.
 *
 * @source KARMA paper (arXiv 2505.21559), operational reward; weights of its journal draft
 */
export function operationalReward(seen: Operations, objectiveMs: number): number {
  const { violatingShare, pendingPodShare, latencyMs, answeredShare } = seen;
  const latency = Number.isNaN(latencyMs) ? 0 : Math.min(1, latencyMs / (worstLatency * objectiveMs));
  return weight * (1 - violatingShare + 1 - pendingPodShare + 1 - latency + answeredShare + answeredShare);
}
