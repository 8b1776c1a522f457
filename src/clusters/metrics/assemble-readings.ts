import { type Readings, createReadings } from "../../control/readings/readings.ts";
import type { EntrySums, SampledSignals } from "./service-signals.ts";

/** One service at one moment: what is known at once, and what the pipeline shows. */
export type ServiceView = {
  readonly desired: number;
  readonly ready: number;
  /** CPU limit that each replica shall have, millicores. */
  readonly cpuMilli: number;
  /** Undefined before the first scrape. */
  readonly signals: SampledSignals | undefined;
  /** True where requests come into the system. */
  readonly isEntry: boolean;
};

/**
 * Readings of one cluster. The entry is seen from inside the entry services: the way to them, and connections that no
 * pod took, are not in it.
 */
export function assembleReadings(atMs: number, views: readonly ServiceView[]): Readings {
  const readings = createReadings(views.length, 1, atMs);
  for (const [service, { desired, ready, cpuMilli, signals }] of views.entries()) {
    readings.desired[service] = desired;
    readings.ready[service] = ready;
    readings.cpuMilli[service] = cpuMilli;
    if (signals === undefined) continue;
    readings.ageMs[service] = signals.ageMs;
    readings.cpu[service] = signals.cpu;
    readings.arrivalsPerS[service] = signals.arrivalsPerS;
    readings.servedPerS[service] = signals.servedPerS;
    readings.droppedPerS[service] = signals.droppedPerS;
    readings.queued[service] = signals.queued;
    readings.waitMs[service] = signals.waitMs;
    readings.memoryMiB[service] = signals.memoryMiB;
  }
  const entries = views.filter(({ isEntry }) => isEntry).map(({ signals }) => signals?.entry);
  const sum = (field: keyof EntrySums): number =>
    entries.reduce((total, entry) => total + (entry?.[field] ?? Number.NaN), 0);
  readings.entryArrivalsPerS[0] = sum("arrivalsPerS");
  readings.entryViolatingShare[0] = shareOf(sum("violating"), sum("answered"));
  readings.entryLatencyMs[0] = (sum("durationS") * 1_000) / sum("durations");
  return readings;
}

/** 0 when nothing was answered, NaN when nothing is known. */
function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
