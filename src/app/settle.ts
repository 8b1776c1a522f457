import type { LocalClusterClient } from "../clusters/local/client.ts";
import { KarmaError } from "../core/errors.ts";
import type { Host } from "./host.ts";

const GIVE_UP_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** Brings every service to a size, waits until it is ready, and then for one window of metrics without load. */
export async function settle(cluster: LocalClusterClient, sizes: ArrayLike<number>, host: Host): Promise<void> {
  const { clock, topology, timing } = cluster;
  await host.progress.step("bring the services to their starting sizes", async (update) => {
    const wanted = topology.services.map(({ name }, index) => ({ name, size: sizes[index]! }));
    for (const { name, size } of wanted) await cluster.scale(name, size);
    const startMs = clock.nowMs();
    for (;;) {
      const { services } = await cluster.status();
      const ready = services.filter(({ ready: count, pods }, index) => {
        const { size } = wanted[index]!;
        return count === size && pods.length === size;
      }).length;
      update(ready / services.length, `${ready} of ${services.length} services ready`);
      if (ready === services.length) break;
      if (clock.nowMs() - startMs > GIVE_UP_MS) throw notReady(cluster.name);
      await clock.sleepUntil(clock.nowMs() + LOOK_EVERY_MS, host.signal);
    }
    await clock.sleepUntil(clock.nowMs() + timing.windowMs, host.signal);
  });
}

function notReady(name: string): KarmaError {
  const message = `${name} did not reach its starting sizes within ${GIVE_UP_MS / 1_000} s`;
  return new KarmaError("NOT_READY", message, "karma cluster status says what is missing; the machine may be too busy");
}
