import { type SourceQueue, schedule } from "./source-queue.ts";

/** What may wait: when its stamp is another one than it was, it no longer does. */
export type Stamped = { readonly stamp: number };

/**
 * What waits for a time that is the same for all in the line (a timeout, a constant delay) leaves in the order it
 * came: a ring instead of a heap. An entry is void when its stamp is no longer that of what waits.
 */
export type Line<T extends Stamped> = {
  readonly delayMs: number;
  /** The source whose next event is the head of this line. */
  readonly source: number;
  times: Float64Array;
  stamps: Int32Array;
  items: T[];
  head: number;
  count: number;
};

const FIRST_SLOTS = 64;

export function createLine<T extends Stamped>(source: number, delayMs: number): Line<T> {
  return {
    delayMs,
    source,
    times: new Float64Array(FIRST_SLOTS),
    stamps: new Int32Array(FIRST_SLOTS),
    items: [],
    head: 0,
    count: 0,
  };
}

/** Leaves `delayMs` from now. */
export function joinLine<T extends Stamped>(queue: SourceQueue, line: Line<T>, item: T): void {
  if (line.count === line.times.length) growLine(line);
  const slot = (line.head + line.count) & (line.times.length - 1);
  const atMs = queue.now[0]! + line.delayMs;
  line.times[slot] = atMs;
  line.stamps[slot] = item.stamp;
  line.items[slot] = item;
  if (line.count++ === 0) schedule(queue, line.source, atMs);
}

/** Slot of the head, which leaves. The caller reads what stands there before anybody joins. */
export function leaveLine<T extends Stamped>(queue: SourceQueue, line: Line<T>): number {
  const slot = line.head;
  line.head = (slot + 1) & (line.times.length - 1);
  line.count--;
  schedule(queue, line.source, line.count === 0 ? Infinity : line.times[line.head]!);
  return slot;
}

/**
 * Void entries at the head leave at once, without an event each: of timeouts nearly all are void when their time
 * comes.
 */
export function skipVoid<T extends Stamped>(queue: SourceQueue, line: Line<T>): void {
  const { stamps, items } = line;
  const mask = stamps.length - 1;
  while (line.count > 0 && stamps[line.head] !== items[line.head]!.stamp) {
    line.head = (line.head + 1) & mask;
    line.count--;
  }
  schedule(queue, line.source, line.count === 0 ? Infinity : line.times[line.head]!);
}

function growLine<T extends Stamped>(line: Line<T>): void {
  const { times, stamps, items, head } = line;
  const slots = times.length;
  line.times = new Float64Array(2 * slots);
  line.stamps = new Int32Array(2 * slots);
  line.items = [];
  for (let i = 0; i < slots; i++) {
    const slot = (head + i) & (slots - 1);
    line.times[i] = times[slot]!;
    line.stamps[i] = stamps[slot]!;
    line.items.push(items[slot]!);
  }
  line.head = 0;
}
