/** Which size a service falls back to when its metric cannot be read. */
export type KedaFallback = {
  readonly replicas: number;
  /** It falls back after more failed readings in a row than this. */
  readonly failureThreshold: number;
  readonly behavior: KedaFallbackBehavior;
};

export const kedaFallbackBehaviors = [
  "static",
  "current-replicas",
  "current-replicas-if-higher",
  "current-replicas-if-lower",
] as const;
export type KedaFallbackBehavior = (typeof kedaFallbackBehaviors)[number];

/** @source KEDA, `fallback.behavior` of a ScaledObject */
export function fallbackReplicas({ replicas, behavior }: KedaFallback, current: number): number {
  switch (behavior) {
    case "static":
      return replicas;
    case "current-replicas":
      return current;
    case "current-replicas-if-higher":
      return Math.max(current, replicas);
    case "current-replicas-if-lower":
      return Math.min(current, replicas);
  }
}
