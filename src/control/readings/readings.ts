/** What a metrics pipeline says of each service. Averages are over the pipeline's window. */
export const serviceSignals = [
  /** Replicas asked for (the Deployment's `spec.replicas`). Known at once, never stale. */
  "desired",
  /** Replicas that pass their readiness probe. Known at once. */
  "ready",
  /** CPU use of ready replicas / their CPU request; 1 = all of it. */
  "cpu",
  /** Requests that reached the service, per second. */
  "arrivalsPerS",
  /** Requests it answered, per second. */
  "servedPerS",
  /** Requests it refused (503) or failed, per second. */
  "droppedPerS",
  /** Requests waiting or in work in all replicas together. */
  "queued",
  /** Mean time a request spent waiting in the service for CPU, ms (its own work and its calls not counted). */
  "waitMs",
  /** Memory of a ready replica in the mean, MiB; NaN where nobody looks. */
  "memoryMiB",
  /** CPU limit that each replica shall have now, millicores. Known at once, never stale. */
  "cpuMilli",
] as const;
export type ServiceSignal = (typeof serviceSignals)[number];

/** What is seen at the entry of the system. */
export const entrySignals = [
  "entryArrivalsPerS",
  /** Share of requests that failed, were dropped, timed out or took longer than the objective, [0, 1]. */
  "entryViolatingShare",
  /** Mean latency at the entry, ms. */
  "entryLatencyMs",
] as const;
export type EntrySignal = (typeof entrySignals)[number];

/**
 * What is known of all services at one moment, in one layout for a cluster (environments = 1) and for a thousand
 * twins. A column of a service signal is [services][environments], flat: `service * environments + environment`; a
 * column of an entry signal is [environments]. NaN where nothing is known.
 */
export type Readings = {
  readonly atMs: number;
  readonly services: number;
  readonly environments: number;
  /** Age of the sampled signals (all but desired, ready and cpuMilli), ms: [services][environments]; NaN = never sampled. */
  readonly ageMs: Float64Array;
} & { readonly [signal in ServiceSignal | EntrySignal]: Float64Array };

export function createReadings(services: number, environments: number, atMs = 0): Readings {
  const perService = (): Float64Array => new Float64Array(services * environments).fill(Number.NaN);
  const perEnvironment = (): Float64Array => new Float64Array(environments).fill(Number.NaN);
  return {
    atMs,
    services,
    environments,
    ageMs: perService(),
    desired: perService(),
    ready: perService(),
    cpu: perService(),
    arrivalsPerS: perService(),
    servedPerS: perService(),
    droppedPerS: perService(),
    queued: perService(),
    waitMs: perService(),
    memoryMiB: perService(),
    cpuMilli: perService(),
    entryArrivalsPerS: perEnvironment(),
    entryViolatingShare: perEnvironment(),
    entryLatencyMs: perEnvironment(),
  };
}
