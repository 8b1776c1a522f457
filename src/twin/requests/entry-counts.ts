import { record } from "../../core/histogram.ts";
import type { PoolSize } from "./connections.ts";
import type { RequestPlan } from "./plan.ts";
import { FLOOD, type Request } from "./request-pool.ts";
import type { EntryCounts, World } from "./world.ts";

/** Connections that the load generator spreads its requests over. @source src/clusters/load/run-load.ts */
const USER_CONNECTIONS = 64;

/** What an answer is to its user: the same kinds as the load generator's. */
export function endEntry(world: World, request: Request, code: number): void {
  const { plan, latency, queue } = world;
  const isFlood = request.waiter === FLOOD;
  const entry = isFlood ? world.flood : world.entry;
  if (code === 503) {
    entry.dropped++;
  } else if (code !== 200) {
    entry.failed++;
  } else {
    const ms = queue.now[0]! - request.sentMs;
    entry.served++;
    entry.latencyMs += ms;
    if (ms > plan.objectiveMs) entry.slow++;
    if (!isFlood) record(latency, ms);
  }
}

export function entryTimedOut({ entry, flood }: World, request: Request): void {
  (request.waiter === FLOOD ? flood : entry).timedOut++;
}

export function violatingOf({ slow, dropped, failed, timedOut }: EntryCounts): number {
  return slow + dropped + failed + timedOut;
}

/** Of the users of each entry: [entries]. */
export function userPools({ entries }: RequestPlan): readonly PoolSize[] {
  return entries.map(({ share }) => ({
    least: Math.ceil(USER_CONNECTIONS * share),
    most: Infinity,
    staggersFirst: true,
  }));
}
