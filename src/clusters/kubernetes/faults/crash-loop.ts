import type { PodRegistry } from "../cluster/pod-registry.ts";
import type { PodState } from "../cluster/pod-state.ts";

/** Ends the chosen pods whenever they are ready, until it is stopped or the time is over. */
export function startCrashLoop(
  {
    registry,
    nowMs,
    end,
  }: {
    readonly registry: PodRegistry;
    readonly nowMs: () => number;
    /** Its container ends as in a crash; the kubelet starts it again. */
    readonly end: (pod: PodState) => void;
  },
  service: string,
  replicas: number,
  untilMs: number,
): { readonly stop: () => void } {
  const chosen = new Set(
    registry
      .ready(service)
      .slice(0, replicas)
      .map(({ uid }) => uid),
  );
  /** Restarts of a pod when it was last ended: once is enough for each start. */
  const endedAt = new Map<string, number>();

  function look(): void {
    if (nowMs() >= untilMs) return stop();
    for (const pod of registry.ready(service)) {
      if (!chosen.has(pod.uid) || endedAt.get(pod.uid) === pod.restarts) continue;
      endedAt.set(pod.uid, pod.restarts);
      end(pod);
    }
  }

  const stop = registry.onChange(look);
  look();
  return { stop };
}
