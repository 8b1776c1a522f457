import { type SourceQueue, schedule } from "./source-queue.ts";

/** Timers of any length: a binary heap. Of each its time, its kind, a number and the number's stamp. */
export type Timers = {
  readonly source: number;
  times: Float64Array;
  kinds: Uint8Array;
  ids: Int32Array;
  stamps: Int32Array;
  count: number;
};

const FIRST_SLOTS = 256;

export function createTimers(source: number): Timers {
  return { source, count: 0, ...slotsOf(FIRST_SLOTS) };
}

function slotsOf(slots: number): Pick<Timers, "times" | "kinds" | "ids" | "stamps"> {
  return {
    times: new Float64Array(slots),
    kinds: new Uint8Array(slots),
    ids: new Int32Array(slots),
    stamps: new Int32Array(slots),
  };
}

export function startTimer(
  queue: SourceQueue,
  timers: Timers,
  atMs: number,
  kind: number,
  id: number,
  stamp: number,
): void {
  if (timers.count === timers.times.length - 1) growTimers(timers);
  let place = timers.count++;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (timers.times[parent]! <= atMs) break;
    move(timers, parent, place);
    place = parent;
  }
  timers.times[place] = atMs;
  timers.kinds[place] = kind;
  timers.ids[place] = id;
  timers.stamps[place] = stamp;
  schedule(queue, timers.source, timers.times[0]!);
}

/** Takes the first timer away. It stands in the last slot until the next one starts. */
export function takeTimer(queue: SourceQueue, timers: Timers): number {
  const taken = timers.times.length - 1;
  move(timers, 0, taken);
  const last = --timers.count;
  if (last > 0) sinkFrom(timers, last);
  schedule(queue, timers.source, last > 0 ? timers.times[0]! : Infinity);
  return taken;
}

/** The last timer finds its place from the top down. */
function sinkFrom(timers: Timers, last: number): void {
  const { times } = timers;
  const atMs = times[last]!;
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= last) break;
    if (child + 1 < last && times[child + 1]! < times[child]!) child++;
    if (times[child]! >= atMs) break;
    move(timers, child, place);
    place = child;
  }
  if (place !== last) move(timers, last, place);
}

function move({ times, kinds, ids, stamps }: Timers, from: number, to: number): void {
  times[to] = times[from]!;
  kinds[to] = kinds[from]!;
  ids[to] = ids[from]!;
  stamps[to] = stamps[from]!;
}

function growTimers(timers: Timers): void {
  const grown = slotsOf(2 * timers.times.length);
  grown.times.set(timers.times);
  grown.kinds.set(timers.kinds);
  grown.ids.set(timers.ids);
  grown.stamps.set(timers.stamps);
  Object.assign(timers, grown);
}
