import { awaitRollout } from "../clusters/kubernetes/up/await-rollout.ts";
import { awaitEntries } from "../clusters/kubernetes/up/await-entries.ts";
import { awaitMetrics } from "../clusters/kubernetes/up/await-metrics.ts";
import type { Rollout } from "../clusters/kubernetes/up/rollout.ts";
import type { EntryUrl } from "../control/loop/running-cluster.ts";
import type { Problem } from "../core/errors.ts";
import type { Update } from "../host/progress.ts";
import { longestStartupMs } from "../system/compile/container.ts";
import { scopeOf } from "./cluster-up-apply.ts";
import type { Reached, UpRun } from "./cluster-up-run.ts";
import { addsMetricsServer } from "./cluster-up-target.ts";

/** Pods that have no trouble but time may take so much longer than their declared start, ms. */
const PATIENCE_MS = 180_000;

export type Waited = { readonly rollout: Rollout; readonly warnings: readonly Problem[] };

/**
 * Waits for the pods and for metrics at once, and then until the entries answer on this machine.
 * @param entries  those that this machine may reach
 */
export async function waitForPods(
  run: UpRun,
  { caller }: Reached,
  entries: readonly EntryUrl[],
  update: Update,
): Promise<Waited> {
  const { plan, host } = run;
  const startupMs = Math.max(...plan.topology.services.map(({ startupMs: one }) => longestStartupMs(one)));
  const failed = new AbortController();
  const signal = AbortSignal.any([host.signal, failed.signal]);
  const pods = awaitRollout(
    caller,
    {
      scope: { namespace: plan.namespace, selector: scopeOf(plan.topology) },
      patienceMs: PATIENCE_MS + startupMs / plan.timing.timeScale,
      onProgress: (ready, wanted) => update(ready / wanted, `${ready} of ${wanted} pods ready`),
    },
    signal,
  );
  const metrics = addsMetricsServer(run) ? awaitMetrics(caller, signal) : Promise.resolve();
  try {
    const [rollout] = await Promise.all([pods, metrics]);
    const silent = await awaitEntries(entries, host.signal);
    return { rollout, warnings: silent.map((url) => unanswered(run, url)) };
  } finally {
    failed.abort();
    await Promise.allSettled([pods, metrics]);
  }
}

function unanswered({ plan }: UpRun, url: string): Problem {
  const advice =
    plan.cluster === undefined ? "--entry-host names a host at which the nodes answer" : "docker ps shows its ports";
  return { path: "entries", message: `${url} does not answer from this machine; ${advice}` };
}
