import type { RunningCluster } from "../control/loop/running-cluster.ts";
import { KarmaError } from "../core/errors.ts";

const EACH_MS = 180_000;
const ASK_EVERY_MS = 250;

/**
 * Replaces replicas of a service one after another: those that crashed are remembered, and would start later the next
 * time. Events up to then are lost.
 */
export async function renewReplicas(
  cluster: RunningCluster,
  service: string,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  await cluster.events();
  for (let renewed = 0; renewed < count; renewed++) {
    await cluster.restart(service);
    await untilOneIsGone(cluster, service, signal);
  }
}

async function untilOneIsGone(cluster: RunningCluster, service: string, signal: AbortSignal): Promise<void> {
  const { clock } = cluster;
  const untilMs = clock.nowMs() + EACH_MS;
  for (;;) {
    const seen = await cluster.events();
    if (seen.some((one) => one.service === service && one.kind === "gone")) return;
    if (clock.nowMs() > untilMs) {
      const message = `expected a replica of ${service} to be replaced within ${EACH_MS / 1_000} s, found none gone`;
      throw new KarmaError("NOT_READY", message, "karma cluster status says more");
    }
    await clock.sleepUntil(clock.nowMs() + ASK_EVERY_MS, signal);
  }
}
