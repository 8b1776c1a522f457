import type { Readings } from "../../control/readings/readings.ts";
import type { Recording } from "./recording.ts";

/**
 * Recordings of the same services as one: each begins long after the last one ended, so that nothing that is looked
 * at together comes from two of them.
 */
export function joinRecordings(recordings: readonly Recording[]): Recording {
  const readings: Readings[] = [];
  const events: Recording["events"][number][] = [];
  let offsetMs = 0;
  for (const [index, recording] of recordings.entries()) {
    for (const one of recording.readings) readings.push(Object.assign({}, one, { atMs: one.atMs + offsetMs }));
    for (const one of recording.events)
      events.push(Object.assign({}, one, { atMs: one.atMs + offsetMs, pod: `${index}/${one.pod}` }));
    offsetMs = (readings.at(-1)?.atMs ?? 0) + APART_MS;
  }
  return { services: recordings[0]?.services ?? [], readings, events };
}

/** A day. */
const APART_MS = 86_400_000;
