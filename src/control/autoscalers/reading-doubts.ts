import type { Timing } from "../loop/timing.ts";
import type { Readings } from "../readings/readings.ts";
import type { Doubts } from "./fallback.ts";

/**
 * Doubts about readings that are missing or stale. A sample is stale that is older than a window, a scrape and the lag
 * of the pipeline together (47 s of Kubernetes' periods): even one missed scrape does not explain it. Earlier than the
 * guard's 60 s, after which nothing moves.
 */
export function readingDoubts({ windowMs, scrapePeriodMs, visibleLagMs }: Timing): Doubts {
  const staleAfterMs = windowMs + scrapePeriodMs + visibleLagMs;
  return (readings, proposals) => proposals.map((_, service) => doubtsOf(readings, service, staleAfterMs));
}

const needed = { desired: "the size", ready: "the ready replicas", cpu: "the CPU use", arrivalsPerS: "the arrivals" };
type Needed = keyof typeof needed;

function doubtsOf(readings: Readings, service: number, staleAfterMs: number): string[] {
  const missing = (Object.keys(needed) as Needed[]).filter((signal) => Number.isNaN(readings[signal][service]!));
  const doubts = missing.length === 0 ? [] : [`missing: ${missing.map((signal) => needed[signal]).join(", ")}`];
  const ageMs = readings.ageMs[service]!;
  if (ageMs > staleAfterMs) {
    doubts.push(`stale: readings are ${seconds(ageMs)} old, more than ${seconds(staleAfterMs)}`);
  }
  return doubts;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
