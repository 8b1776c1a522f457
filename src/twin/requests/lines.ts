import { type SourceQueue, schedule } from "./source-queue.ts";

/**
 * What waits for a time that is the same for all in the line (a timeout, a constant delay) leaves in the order it
 * came: a ring instead of a heap. An entry is a number and its stamp; it is void when the stamp is no longer current.
 */
export type Line = {
  readonly delayMs: number;
  /** The source whose next event is the head of this line. */
  readonly source: number;
  times: Float64Array;
  ids: Int32Array;
  stamps: Int32Array;
  head: number;
  count: number;
};

const FIRST_SLOTS = 64;

export function createLine(source: number, delayMs: number): Line {
  return {
    delayMs,
    source,
    times: new Float64Array(FIRST_SLOTS),
    ids: new Int32Array(FIRST_SLOTS),
    stamps: new Int32Array(FIRST_SLOTS),
    head: 0,
    count: 0,
  };
}

/** Leaves `delayMs` from now. */
export function joinLine(queue: SourceQueue, line: Line, id: number, stamp: number): void {
  if (line.count === line.ids.length) growLine(line);
  const slot = (line.head + line.count) & (line.ids.length - 1);
  const atMs = queue.now[0]! + line.delayMs;
  line.times[slot] = atMs;
  line.ids[slot] = id;
  line.stamps[slot] = stamp;
  if (line.count++ === 0) schedule(queue, line.source, atMs);
}

/** Slot of the head, which leaves. The caller reads `ids` and `stamps` there before anybody joins. */
export function leaveLine(queue: SourceQueue, line: Line): number {
  const slot = line.head;
  line.head = (slot + 1) & (line.ids.length - 1);
  line.count--;
  schedule(queue, line.source, line.count === 0 ? Infinity : line.times[line.head]!);
  return slot;
}

/**
 * Void entries at the head leave at once, without an event each: of timeouts nearly all are void when their time
 * comes.
 *
 * @param current  stamps that count: [ids]
 */
export function skipVoid(queue: SourceQueue, line: Line, current: Int32Array): void {
  const mask = line.ids.length - 1;
  while (line.count > 0 && line.stamps[line.head] !== current[line.ids[line.head]!]) {
    line.head = (line.head + 1) & mask;
    line.count--;
  }
  schedule(queue, line.source, line.count === 0 ? Infinity : line.times[line.head]!);
}

function growLine(line: Line): void {
  const { times, ids, stamps, head } = line;
  const slots = ids.length;
  line.times = new Float64Array(2 * slots);
  line.ids = new Int32Array(2 * slots);
  line.stamps = new Int32Array(2 * slots);
  for (let i = 0; i < slots; i++) {
    const slot = (head + i) & (slots - 1);
    line.times[i] = times[slot]!;
    line.ids[i] = ids[slot]!;
    line.stamps[i] = stamps[slot]!;
  }
  line.head = 0;
}
