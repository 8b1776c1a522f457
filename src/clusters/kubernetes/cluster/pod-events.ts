import type { ClusterEvent } from "../../../control/loop/cluster.ts";
import type { PodState } from "./pod-state.ts";

type Kind = ClusterEvent["kind"];

/** What happened to a pod between two looks at it; a pod that is over is gone. Both looks are of the same pod. */
export function eventsBetween(before: PodState | undefined, after: PodState | undefined): readonly Kind[] {
  const [was, is] = [existing(before), existing(after)];
  if (was === undefined) return is === undefined ? [] : is.isReady ? ["created", "ready"] : ["created"];
  if (is === undefined) return ["gone"];
  return [...lifeOfContainer(was, is), ...readiness(was, is), ...leaving(was, is)];
}

function existing(pod: PodState | undefined): PodState | undefined {
  return pod?.isOver === true ? undefined : pod;
}

/** A container that ends while its pod is terminated has not crashed. */
function lifeOfContainer(was: PodState, is: PodState): readonly Kind[] {
  if (is.isTerminating) return [];
  const isRestarted = is.restarts > was.restarts;
  const hasEnded = was.isRunning && (isRestarted || !is.isRunning);
  return [...(hasEnded ? (["crashed"] as const) : []), ...(isRestarted ? (["restarted"] as const) : [])];
}

function readiness(was: PodState, is: PodState): readonly Kind[] {
  if (is.isReady) return was.isReady && is.restarts === was.restarts ? [] : ["ready"];
  const isStillThere = !is.isTerminating && is.isRunning && is.restarts === was.restarts;
  return was.isReady && isStillThere ? ["unready"] : [];
}

function leaving(was: PodState, is: PodState): readonly Kind[] {
  return is.isTerminating && !was.isTerminating ? ["terminating"] : [];
}
