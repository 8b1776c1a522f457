import type { Readings } from "../control/readings/readings.ts";
import type { RunningCluster } from "../control/loop/running-cluster.ts";
import { KarmaError } from "../core/errors.ts";
import type { Topology } from "../system/topology/topology.ts";

/** What a cluster is asked for: [services]; NaN = not known. */
export type Sizes = {
  readonly replicas: Float64Array;
  /** CPU limit of each replica, millicores. */
  readonly cpuMilli: Float64Array;
};

export async function readSizes({ observe }: Pick<RunningCluster, "observe">): Promise<Sizes> {
  const { desired, cpuMilli } = await observe();
  return { replicas: Float64Array.from(desired), cpuMilli: Float64Array.from(cpuMilli) };
}

/** The CPU limits that a topology declares, millicores: [services]. */
export function declaredMilli({ services }: Pick<Topology, "services">): Float64Array {
  return Float64Array.from(services, ({ cpuMilli }) => cpuMilli);
}

type Sized = Pick<RunningCluster, "topology" | "scale" | "resize" | "observe">;

/**
 * Asks for these sizes, in the order of the services; one that is unknown, or left out, stays as it is. Whole ones: a
 * declared CPU limit may have a fraction, the one that a container gets has none.
 */
export async function setSizes(cluster: Sized, replicas: Float64Array, cpuMilli?: Float64Array): Promise<void> {
  const has = await readSizes(cluster);
  const { services } = cluster.topology;
  const changedIn = (wanted: Float64Array, now: Float64Array): { name: string; size: number }[] =>
    services
      .map(({ name }, index) => ({ name, size: Math.round(wanted[index]!), now: Math.round(now[index]!) }))
      .filter((one) => !Number.isNaN(one.size) && one.size !== one.now);
  await Promise.all(changedIn(replicas, has.replicas).map(({ name, size }) => cluster.scale(name, size)));
  const resized = cpuMilli === undefined ? [] : changedIn(cpuMilli, has.cpuMilli);
  await Promise.all(resized.map(({ name, size }) => cluster.resize(name, size)));
}

const LOOK_EVERY_MS = 250;

/**
 * Waits until as many replicas are ready as are asked for, no more and no fewer, and readings made since then show that
 * nothing waits any more: what an overload left behind would burden whoever plays next.
 */
export async function awaitCalm(cluster: RunningCluster, patienceMs: number, signal: AbortSignal): Promise<void> {
  const { clock, topology } = cluster;
  const fromMs = clock.nowMs();
  const untilMs = fromMs + patienceMs;
  for (;;) {
    const readings = await cluster.observe();
    const { ready, desired } = readings;
    const isSized = ready.every((count, service) => count === desired[service]);
    if (isSized && isIdle(readings, fromMs)) return;
    if (isSized && clock.nowMs() > untilMs) throw notIdle(patienceMs);
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

function isIdle({ atMs, ageMs, queued }: Readings, sinceMs: number): boolean {
  return queued.every((count, service) => count < 1 && atMs - ageMs[service]! >= sinceMs);
}

function notIdle(patienceMs: number): KarmaError {
  const message = `after ${Math.round(patienceMs / 1_000)} s without load requests still wait, or nothing was scraped`;
  return new KarmaError("NOT_READY", message, "does the cluster get traffic of its own? then it can't be compared on");
}
