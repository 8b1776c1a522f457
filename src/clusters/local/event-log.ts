import type { ClusterEvent } from "../../control/loop/cluster.ts";

const KEPT = 10_000;

/** Events with a running number, so that each reader goes on where it stopped. The oldest are forgotten. */
export type EventLog = {
  add(event: ClusterEvent): void;
  /** Events from number `from` on, and the number to ask for next. */
  since(from: number): { readonly events: readonly ClusterEvent[]; readonly next: number };
};

export function createEventLog(): EventLog {
  let events: ClusterEvent[] = [];
  let first = 0;
  return {
    add(event) {
      events.push(event);
      if (events.length < 2 * KEPT) return;
      first += events.length - KEPT;
      events = events.slice(-KEPT);
    },
    since: (from) => ({ events: events.slice(Math.max(0, from - first)), next: first + events.length }),
  };
}
