import { meanOfKnown } from "../../core/statistics.ts";
import type { ClusterEvent } from "../../control/loop/cluster.ts";
import type { Readings } from "../../control/readings/readings.ts";

/** What a running cluster showed over time. */
export type Recording = {
  /** Names in the order of the readings' columns. */
  readonly services: readonly string[];
  /** Oldest first, environments = 1; each its own copy. */
  readonly readings: readonly Readings[];
  /** Oldest first. */
  readonly events: readonly ClusterEvent[];
  /** What those who sent the load saw over the whole of it; undefined where it was not recorded. */
  readonly users?: UsersLatency;
};

/** Latency as users see it: on the way to the entry too, which no metric of a service shows. */
export type UsersLatency = { readonly requests: number; readonly meanMs: number };

/**
 * Mean CPU of each service over the samples of a recording, of its request: [services]; NaN = never sampled. Samples of
 * a moment without a ready replica say nothing of CPU and do not count.
 */
export function meanCpu(recording: Recording): readonly number[] {
  return recording.services.map((_, service) => {
    return meanOfKnown(newSamples(recording, service).map((readings) => readings.cpu[service]!));
  });
}

/** The readings that show a sample of the service for the first time. */
export function newSamples({ readings }: Recording, service: number): readonly Readings[] {
  let lastMs = Number.NEGATIVE_INFINITY;
  return readings.filter((one) => {
    const takenMs = one.atMs - one.ageMs[service]!;
    // Half a millisecond: ages are differences of clocks and carry rounding.
    if (!(takenMs > lastMs + 0.5)) return false;
    lastMs = takenMs;
    return true;
  });
}
