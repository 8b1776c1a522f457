import type { Readings } from "../../control/readings/readings.ts";
import { sumOf } from "../../core/statistics.ts";
import type { Recording, UsersLatency } from "./recording.ts";

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
  return { services: recordings[0]?.services ?? [], readings, events, ...joinedUsers(recordings) };
}

/** Only where all of them have it: else it is not of the same requests as the readings. */
function joinedUsers(recordings: readonly Recording[]): { readonly users?: UsersLatency } {
  const users = recordings.flatMap((one) => (one.users === undefined ? [] : [one.users]));
  if (users.length === 0 || users.length < recordings.length) return {};
  const requests = sumOf(users.map((one) => one.requests));
  return { users: { requests, meanMs: sumOf(users.map((one) => one.requests * one.meanMs)) / requests } };
}

/** A day. */
const APART_MS = 86_400_000;
