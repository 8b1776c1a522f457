import type { Rng } from "../../core/rng.ts";
import { type Arena, createHeapArena } from "./arena.ts";
import { normalUpperTail } from "./normal-tail.ts";
import { newestSnapshot, type Pipeline } from "./pipeline.ts";
import type { FluidPlan } from "./plan.ts";
import type { Stations } from "./stations.ts";

/**
 * What counting single requests adds to the metrics of a fluid. Requests at the entry are a Poisson process; each
 * visits a service so many times in the mean, or not at all, so counts there are Poisson too and go along with the
 * entry's. CPU follows the requests served, and the work of each varies by itself. Only metrics are noisy: waiting
 * has its randomness already, and a queue that was drawn twice would be too long.
 */
export type CountNoise = {
  /** Arrivals expected at the entry since the last draw: [environments]. */
  readonly expected: Float64Array;
  /** Those that came beyond what was expected, since the start: [environments]. */
  readonly surplus: Float64Array;
  /** `surplus` when a service was last scraped: [services][environments]. */
  readonly seen: Float64Array;
  /** `surplus` when the entry was last scraped: [environments]. */
  readonly seenAtEntry: Float64Array;
  /** One stream for each environment. */
  readonly rngs: Rng[];
};

/** Counters of a service that counting changes, by their place among the pipeline's fields. */
export type NoisyFields = {
  readonly arrived: number;
  readonly served: number;
  readonly busy: number;
  readonly waited: number;
};

/**
 * Requests that meet in a replica wait alike, so a mean over a window varies more than one of independent requests:
 * so many times in variance, as the request-level twin showed.
 */
export const SHARED_WAIT = 2;

export function createCountNoise(
  services: number,
  environments: number,
  unset: Rng,
  arena: Arena = createHeapArena(),
): CountNoise {
  return {
    expected: arena.float64(environments),
    surplus: arena.float64(environments),
    seen: arena.float64(services * environments),
    seenAtEntry: arena.float64(environments),
    rngs: Array.from({ length: environments }, () => unset),
  };
}

export function resetCountNoise(noise: CountNoise, environment: number, rng: Rng): void {
  const { expected, surplus, seen, seenAtEntry, rngs } = noise;
  expected[environment] = 0;
  surplus[environment] = 0;
  seenAtEntry[environment] = 0;
  for (let k = environment; k < seen.length; k += surplus.length) seen[k] = 0;
  rngs[environment] = rng;
}

/** Adds what was expected in the last tick: [environments]. */
export function expectArrivals({ expected }: CountNoise, arrived: Float64Array): void {
  for (let e = 0; e < expected.length; e++) expected[e]! += arrived[e]!;
}

/** Draws how many requests came since the last draw; nobody looks more often than a service is scraped. */
export function countArrivals({ expected, surplus, rngs }: CountNoise, environment: number): void {
  const mean = expected[environment]!;
  if (mean > 0) surplus[environment]! += drawCount(mean, rngs[environment]!) - mean;
  expected[environment] = 0;
}

/** A Poisson count; a rounded normal where that is as good and faster. */
function drawCount(mean: number, rng: Rng): number {
  return mean < FEW ? rng.poisson(mean) : Math.max(0, Math.round(mean + Math.sqrt(mean) * quickNormal(rng)));
}

const FEW = 10;

/** Quantiles of a standard normal in the middles of 4096 equal parts: drawing one is three times as fast as a normal. */
export const normals: Float64Array = new Float64Array(4_096);
for (let i = 0; i < normals.length; i++) normals[i] = normalQuantile((i + 0.5) / normals.length);

function quickNormal(rng: Rng): number {
  return normals[rng.next() >>> 20]!;
}

function normalQuantile(share: number): number {
  let [low, high] = [-8, 8];
  for (let halving = 0; halving < 50; halving++) {
    const middle = (low + high) / 2;
    if (normalUpperTail(middle) > 1 - share) low = middle;
    else high = middle;
  }
  return low;
}

export type NoisyScrape = {
  readonly pipeline: Pipeline;
  readonly fields: NoisyFields;
  readonly plan: FluidPlan;
  readonly stations: Stations;
};

/** Makes the growth of a service's counters since its last scrape a count. @param k  its cell in this environment */
export function addCountNoise(
  noise: CountNoise,
  { pipeline, fields, plan, stations }: NoisyScrape,
  service: number,
  environment: number,
  k: number,
): void {
  const { counters, targets, snapshots } = pipeline;
  const { station, visits, limitShare } = plan.services[service]!;
  const { surplus, seen } = noise;
  const rng = noise.rngs[environment]!;
  countArrivals(noise, environment);
  const shared = surplus[environment]! - seen[k]!;
  seen[k] = surplus[environment]!;
  const before = newestSnapshot(pipeline, k);
  const arrived = fields.arrived * targets + k;
  const expected = counters[arrived]! - snapshots[before + fields.arrived]!;
  // Its variance is that of the count less what it shares with the entry.
  const own = Math.sqrt(Math.max(0, expected * (1 - visits))) * quickNormal(rng);
  const more = Math.max(-expected, visits * shared + own);
  counters[arrived]! += more;
  // A backlog feeds the replicas whatever arrives.
  if (stations.queued[k]! > 0) return;
  const servedAt = fields.served * targets + k;
  const served = counters[servedAt]! - snapshots[before + fields.served]!;
  const moreServed = Math.max(-served, more);
  const spread = Math.sqrt(station.workScv * Math.max(0, served + moreServed)) * quickNormal(rng);
  const busyPerRequest =
    (station.workMs * limitShare) / (stations.tickMs * station.limitCores * stations.capacityFactor[k]!);
  const busyAt = fields.busy * targets + k;
  const busy = counters[busyAt]! - snapshots[before + fields.busy]!;
  counters[busyAt]! += Math.max(-busy, (moreServed + spread) * busyPerRequest);
  counters[servedAt]! += moreServed;
  const waits = Math.sqrt(SHARED_WAIT * (served + moreServed) * stations.cpuVariance[k]!) * quickNormal(rng);
  const waitedAt = fields.waited * targets + k;
  const waited = counters[waitedAt]! - snapshots[before + fields.waited]!;
  counters[waitedAt]! += Math.max(-waited, moreServed * stations.waitMs[k]! + waits);
}

/** Requests inside all replicas of a service, in work, calling or waiting: Little's law, and a Poisson count of it. */
export function countInside(
  { rngs }: CountNoise,
  { plan, stations }: NoisyScrape,
  service: number,
  environment: number,
  k: number,
): number {
  const { tickMs, served, cpuMs, holdMs, queued } = stations;
  const insideMs = cpuMs[k]! + plan.services[service]!.addedMs + holdMs[k]!;
  return queued[k]! + drawCount((served[k]! / tickMs) * insideMs, rngs[environment]!);
}
