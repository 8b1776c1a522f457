import type { ClusterEvent } from "../../control/loop/cluster.ts";
import type { Readings } from "../../control/readings/readings.ts";
import { createReadyPods } from "./ready-pods.ts";
import { type Recording, newSamples } from "./recording.ts";

/** What the ready replicas of a service had done when a sample was taken. */
export type AgedSample = {
  readonly readings: Readings;
  /** When it was taken, ms of the cluster's clock. */
  readonly takenMs: number;
  /** Ready replicas x time since the sample before, ms. */
  readonly readyMs: number;
  /** Those that started within the recording: requests served since, and how long ago they became ready, ms. */
  readonly known: readonly { readonly served: number; readonly ageMs: number }[];
  /** Replicas that were ready before, and requests that each of them served since the recording began. */
  readonly strangers: number;
  readonly strangerServed: number;
};

/** Replicas share requests alike: what a service served between two samples is divided among those ready. */
export function agedSamples(recording: Recording, index: number): readonly AgedSample[] {
  const name = recording.services[index]!;
  const events = recording.events.filter(({ service }) => service === name);
  const pods = createReadyPods();
  const { known } = pods;
  const first = strangersOf(recording, index, events);
  const strangersNow = (): number => Math.max(0, first + pods.strangersSince());
  let next = 0;
  let strangerServed = 0;
  let lastMs = recording.readings[0]?.atMs ?? 0;
  return newSamples(recording, index).map((readings) => {
    const takenMs = readings.atMs - readings.ageMs[index]!;
    // Before the first window nobody knows.
    const servedPerMs = (readings.servedPerS[index]! || 0) / 1_000;
    let readyMs = 0;
    const passUntil = (untilMs: number): void => {
      const ready = known.size + strangersNow();
      const passedMs = Math.max(0, untilMs - lastMs);
      lastMs = Math.max(lastMs, untilMs);
      readyMs += ready * passedMs;
      const each = ready > 0 ? (servedPerMs * passedMs) / ready : 0;
      for (const pod of known.values()) pod.served += each;
      strangerServed += each;
    };
    for (; next < events.length && events[next]!.atMs <= takenMs; next++) {
      passUntil(events[next]!.atMs);
      pods.pass(events[next]!);
    }
    passUntil(takenMs);
    const aged = Array.from(known.values(), (pod) => ({ served: pod.served, ageMs: takenMs - pod.readyMs }));
    return { readings, takenMs, readyMs, known: aged, strangers: strangersNow(), strangerServed };
  });
}

/** Ready when the events begin: those of the first readings, without what the events up to then changed. */
function strangersOf({ readings }: Recording, index: number, events: readonly ClusterEvent[]): number {
  const [first] = readings;
  if (first === undefined) return 0;
  const pods = createReadyPods();
  for (const event of events) if (event.atMs <= first.atMs) pods.pass(event);
  return Math.max(0, first.ready[index]! - pods.known.size - pods.strangersSince());
}
