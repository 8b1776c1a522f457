import { setTimeout as sleep } from "node:timers/promises";
import { KarmaError } from "../../../core/errors.ts";
import { callForJson } from "../cluster/api-failure.ts";
import type { ApiCaller } from "../cluster/api-request.ts";
import { podsPath } from "../cluster/selectors.ts";
import { explainPods } from "../explain-pod.ts";
import type { PodView } from "../pod-view.ts";

const LOOK_EVERY_MS = 250;

/**
 * Resolves when a neighbour's pod runs, or has run.
 *
 * @throws KarmaError NOT_READY where it does not in time: the fault did not happen
 */
export async function awaitNeighbour(
  caller: ApiCaller,
  namespace: string,
  job: string,
  patienceMs: number,
): Promise<void> {
  const path = `${podsPath(namespace)}?labelSelector=${encodeURIComponent(`job-name=${job}`)}`;
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const { items } = await callForJson<{ readonly items: readonly PodView[] }>(
      caller,
      { path },
      "look for neighbours",
    );
    if (items.some(hasRun)) return;
    if (waitedMs >= patienceMs || items.some(({ status }) => status?.phase === "Failed"))
      throw neverRan(job, namespace, items);
    await sleep(LOOK_EVERY_MS);
  }
}

function hasRun({ status }: PodView): boolean {
  if (status?.phase === "Running" || status?.phase === "Succeeded") return true;
  return status?.containerStatuses?.[0]?.state?.terminated !== undefined;
}

function neverRan(job: string, namespace: string, pods: readonly PodView[]): KarmaError {
  const [trouble] = explainPods(pods, [], () => "");
  const why = trouble?.message ?? (pods.length === 0 ? "Kubernetes made no pod for it" : "its pod does not start");
  return new KarmaError(
    "NOT_READY",
    `no contention: the neighbour ${job} in ${namespace} does not run: ${why}`,
    "lower what the fault takes (cores, memoryMiB), or make room on the nodes",
  );
}
