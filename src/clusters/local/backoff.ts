/**
 * How long a crashed pod waits for its next start, as the kubelet has it: not at all the first time, then 10 s, doubling
 * up to 5 min; forgotten after 10 min of running. All times are divided by the time scale.
 *
 * @source Kubernetes documentation, "Pod Lifecycle", container restart policy
 */
export type Backoff = {
  /** The wait before the next start, ms, given how long the process ran. */
  nextMs(ranMs: number): number;
};

const FIRST_MS = 10_000;
const LONGEST_MS = 300_000;
const FORGOTTEN_AFTER_MS = 600_000;

export function createBackoff(timeScale: number): Backoff {
  let crashes = 0;
  return {
    nextMs(ranMs) {
      if (ranMs * timeScale >= FORGOTTEN_AFTER_MS) crashes = 0;
      crashes += 1;
      if (crashes === 1) return 0;
      return Math.min(LONGEST_MS, FIRST_MS * 2 ** (crashes - 2)) / timeScale;
    },
  };
}
