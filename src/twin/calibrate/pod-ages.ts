import type { ClusterEvent } from "../../control/loop/cluster.ts";
import type { Readings } from "../../control/readings/readings.ts";
import { type Recording, newSamples } from "./recording.ts";

/** What the ready replicas of a service had done when a sample was taken. */
export type AgedSample = {
  readonly readings: Readings;
  /** When it was taken, ms of the cluster's clock. */
  readonly takenMs: number;
  /** Ready replicas x time since the sample before, ms. */
  readonly readyMs: number;
  /** Those that became ready within the recording: requests served since, and how long ago that was, ms. */
  readonly known: readonly { readonly served: number; readonly ageMs: number }[];
  /** Replicas that were ready before, and requests that each of them served since the recording began. */
  readonly strangers: number;
  readonly strangerServed: number;
};

type Pod = { served: number; readonly readyMs: number };

/** Replicas share requests alike: what a service served between two samples is divided among those ready. */
export function agedSamples(recording: Recording, index: number): readonly AgedSample[] {
  const name = recording.services[index]!;
  const events = recording.events.filter(({ service }) => service === name);
  const known = new Map<string, Pod>();
  let next = 0;
  let strangers = strangersOf(recording, index, events);
  let strangerServed = 0;
  let lastMs = recording.readings[0]?.atMs ?? 0;
  return newSamples(recording, index).map((readings) => {
    const takenMs = readings.atMs - readings.ageMs[index]!;
    const servedPerMs = readings.servedPerS[index]! / 1_000;
    let readyMs = 0;
    const passUntil = (untilMs: number): void => {
      const ready = known.size + strangers;
      const passedMs = Math.max(0, untilMs - lastMs);
      lastMs = Math.max(lastMs, untilMs);
      readyMs += ready * passedMs;
      const each = ready > 0 ? (servedPerMs * passedMs) / ready : 0;
      for (const pod of known.values()) pod.served += each;
      strangerServed += each;
    };
    for (; next < events.length && events[next]!.atMs <= takenMs; next++) {
      const { kind, pod, atMs } = events[next]!;
      passUntil(atMs);
      if (kind === "ready") known.set(pod, { served: 0, readyMs: atMs });
      else if (isEnd(kind) && !known.delete(pod) && kind !== "gone") strangers = Math.max(0, strangers - 1);
    }
    passUntil(takenMs);
    const aged = Array.from(known.values(), (pod) => ({ served: pod.served, ageMs: takenMs - pod.readyMs }));
    return { readings, takenMs, readyMs, known: aged, strangers, strangerServed };
  });
}

/** A replica ends once: it is told to, or it crashes; `gone` comes after. */
function isEnd(kind: ClusterEvent["kind"]): boolean {
  return kind === "terminating" || kind === "crashed" || kind === "gone";
}

/** Ready when the recording began. */
function strangersOf({ readings }: Recording, index: number, events: readonly ClusterEvent[]): number {
  const [first] = readings;
  if (first === undefined) return 0;
  const before = events.filter(({ atMs }) => atMs <= first.atMs);
  const changed = before.reduce((sum, { kind }) => sum + (kind === "ready" ? 1 : kind === "terminating" ? -1 : 0), 0);
  return Math.max(0, first.ready[index]! - changed);
}
