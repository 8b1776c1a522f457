/** @source Kubernetes documentation, "Pod Lifecycle", container restart policy; ms of the scenario */
const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 300_000;
/** Running so long forgets crashes, ms of the scenario. */
export const FORGOTTEN_AFTER_MS = 600_000;

/** The wait before the next start, ms of the scenario. @param crashes  so far, >= 1 */
export function backoffMs(crashes: number): number {
  return crashes === 1 ? 0 : Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (crashes - 2));
}
