/** A size recommended at some time, before stabilisation. */
export type Recommendation = { readonly replicas: number; readonly atMs: number };

export type StabilizationWindows = { readonly upMs: number; readonly downMs: number };

/**
 * The desired size, kept from following short swings: raised only as far as everything recommended in the up window
 * allowed, cut only as far as everything in the down window allowed.
 *
 * @param log  earlier recommendations; this one is added, in the place of one that is too old where there is one
 * @source Kubernetes horizontal.go, stabilizeRecommendationWithBehaviors
 */
export function stabilize(
  currentReplicas: number,
  desired: number,
  nowMs: number,
  windows: StabilizationWindows,
  log: Recommendation[],
): number {
  let lowest = desired;
  let highest = desired;
  let reusable = -1;
  for (const [index, past] of log.entries()) {
    const ageMs = nowMs - past.atMs;
    if (ageMs < windows.upMs) lowest = Math.min(lowest, past.replicas);
    if (ageMs < windows.downMs) highest = Math.max(highest, past.replicas);
    if (ageMs > windows.upMs && ageMs > windows.downMs) reusable = index;
  }
  log[reusable < 0 ? log.length : reusable] = { replicas: desired, atMs: nowMs };
  return Math.min(highest, Math.max(lowest, currentReplicas));
}
