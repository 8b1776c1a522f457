import { sumOf } from "../../core/statistics.ts";
import type { ClusterEvent } from "../../control/loop/cluster.ts";
import type { LocalService } from "./local-service.ts";
import type { Pod } from "./pod.ts";
import type { StartMessage } from "./protocol.ts";
import type { ClusterSpec } from "./state.ts";

/** Follows the first pods of a cluster until all are ready, or one ends before it ever was. */
export function watchStart(
  spec: ClusterSpec,
  tell: (message: StartMessage) => void,
): { onEvent(service: LocalService, pod: Pod, kind: ClusterEvent["kind"], how?: string): void } {
  const wanted = sumOf(spec.initialReplicas);
  const ready = new Set<string>();
  let isOver = false;
  return {
    onEvent(service, pod, kind, how) {
      if (isOver) return;
      if (kind === "crashed" && !pod.hasBeenReady) {
        isOver = true;
        const message = `pod ${pod.name} ended before it was ready: ${how ?? "no reason known"}`;
        // What the process said last may still be in its pipe.
        setTimeout(() => tell({ type: "failed", message, lines: service.log.lastLines() }), 100);
      }
      if (kind !== "ready") return;
      ready.add(pod.name);
      isOver = ready.size >= wanted;
      tell(isOver ? { type: "up" } : { type: "progress", ready: ready.size, wanted });
    },
  };
}
