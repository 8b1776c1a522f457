import type { ClusterEvent } from "../../control/loop/cluster.ts";

/** Requests that a replica served since its process started, and when it became ready last, ms of the cluster's clock. */
export type KnownPod = { served: number; readonly readyMs: number };

/** Which replicas of a service are ready, as events tell it one by one. */
export type ReadyPods = {
  /** Those whose process started within the recording, by name. */
  readonly known: ReadonlyMap<string, KnownPod>;
  /** Those that were ready before, more or less than at the beginning of the events: they have no names. */
  strangersSince(): number;
  pass(event: ClusterEvent): void;
};

/** What is known of a replica that was ready before anything was told of it. */
const STRANGER = "stranger";

export function createReadyPods(): ReadyPods {
  const known = new Map<string, KnownPod>();
  /** Not ready for a while; their processes go on. */
  const unready = new Map<string, KnownPod | typeof STRANGER>();
  const named = new Set<string>();
  /** Strangers with a name that are ready again. */
  const returned = new Set<string>();
  let strangers = 0;

  function become(pod: string, atMs: number): void {
    const was = unready.get(pod);
    unready.delete(pod);
    if (was === STRANGER) {
      returned.add(pod);
      strangers++;
    } else known.set(pod, { served: was?.served ?? 0, readyMs: atMs });
  }

  /** What it was while ready; undefined when it was not. */
  function leave(pod: string): KnownPod | typeof STRANGER | undefined {
    const was = known.get(pod) ?? (returned.has(pod) || !named.has(pod) ? STRANGER : undefined);
    known.delete(pod);
    returned.delete(pod);
    if (was === STRANGER) strangers--;
    return was;
  }

  function withhold(pod: string): void {
    const was = leave(pod);
    if (was !== undefined) unready.set(pod, was);
  }

  function end(pod: string): void {
    leave(pod);
    unready.delete(pod);
  }

  return {
    known,
    strangersSince: () => strangers,
    pass({ kind, pod, atMs }) {
      if (kind === "ready") become(pod, atMs);
      else if (kind === "unready") withhold(pod);
      else if (kind === "terminating" || kind === "crashed") end(pod);
      // Whoever has no name yet was told to end before the recording, and was not ready any more.
      else if (kind === "gone" && named.has(pod)) end(pod);
      named.add(pod);
    },
  };
}
