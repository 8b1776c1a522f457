import type { RunningCluster } from "../control/loop/running-cluster.ts";
import { KarmaError } from "../core/errors.ts";

/** Desired replicas of each service: [services]. */
export async function readSizes({ observe }: Pick<RunningCluster, "observe">): Promise<Float64Array> {
  return Float64Array.from((await observe()).desired);
}

type Sized = Pick<RunningCluster, "topology" | "scale" | "observe">;

/** Asks for these sizes, in the order of the services; one that is unknown stays as it is. */
export async function setSizes(cluster: Sized, sizes: Float64Array): Promise<void> {
  const now = await readSizes(cluster);
  const services = cluster.topology.services.map(({ name }, index) => ({
    name,
    wanted: sizes[index]!,
    has: now[index],
  }));
  const changed = services.filter(({ wanted, has }) => !Number.isNaN(wanted) && wanted !== has);
  await Promise.all(changed.map(({ name, wanted }) => cluster.scale(name, wanted)));
}

const LOOK_EVERY_MS = 250;

/** Waits until as many replicas are ready as are asked for, no more and no fewer. */
export async function awaitSizes(cluster: RunningCluster, patienceMs: number, signal: AbortSignal): Promise<void> {
  const { clock, topology } = cluster;
  const untilMs = clock.nowMs() + patienceMs;
  for (;;) {
    const { ready, desired } = await cluster.observe();
    if (ready.every((count, service) => count === desired[service])) return;
    if (clock.nowMs() > untilMs) {
      const found = topology.services.map(({ name }, at) => `${name} ${ready[at]} of ${desired[at]}`).join(", ");
      throw new KarmaError(
        "NOT_READY",
        `after ${Math.round(patienceMs / 1_000)} s not all replicas are ready: ${found}`,
        "is the machine large enough? karma cluster status says what runs",
      );
    }
    await clock.sleepUntil(clock.nowMs() + LOOK_EVERY_MS, signal);
  }
}
