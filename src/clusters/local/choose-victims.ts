/** What decides which pod goes first when a service is scaled down. */
export type Candidate = {
  readonly isReady: boolean;
  /** Times its process was started again. */
  readonly restarts: number;
  readonly createdAtMs: number;
};

/**
 * The `count` pods to terminate, of pods given oldest first: those not ready, then the ones that crashed most, then the youngest.
 *
 * @source Kubernetes ReplicaSet controller, `ActivePodsWithRanks` (node ranks and deletion cost do not exist here)
 */
export function chooseVictims<T extends Candidate>(pods: readonly T[], count: number): T[] {
  return pods.toReversed().sort(compareVictims).slice(0, Math.max(0, count));
}

function compareVictims(a: Candidate, b: Candidate): number {
  return Number(a.isReady) - Number(b.isReady) || b.restarts - a.restarts || b.createdAtMs - a.createdAtMs;
}
