/**
 * The event queue. An event source (a replica, a line of equal delays, the arrivals) has one next event; the queue
 * knows the time of each and which is first. A binary heap over sources, so it stays as small as the system, whatever
 * the number of requests under way. Sources without an event wait at Infinity.
 */
export type SourceQueue = {
  /** The heap, the first event first: sources, and the times of their next events, ms. */
  sources: Int32Array;
  times: Float64Array;
  /** Where a source stands in the heap: [sources]. */
  places: Int32Array;
  /** The time now, ms: one cell, shared by all, because a number that is passed on is a number allocated. */
  readonly now: Float64Array;
};

export function createSourceQueue(count: number): SourceQueue {
  const sources = Int32Array.from({ length: count }, (_, source) => source);
  return { sources, times: new Float64Array(count).fill(Infinity), places: sources.slice(), now: new Float64Array(1) };
}

/** Makes room for more sources; those there are keep their numbers. */
export function growSources(queue: SourceQueue, count: number): void {
  // The new ones stand behind all others: at Infinity they may.
  const { sources, times, places } = createSourceQueue(count);
  sources.set(queue.sources);
  times.set(queue.times);
  places.set(queue.places);
  Object.assign(queue, { sources, times, places });
}

/** The next event of a source is at `atMs`; Infinity = it has none. */
export function schedule(queue: SourceQueue, source: number, atMs: number): void {
  const place = queue.places[source]!;
  const before = queue.times[place]!;
  if (atMs < before) rise(queue, source, place, atMs);
  else if (atMs > before) sink(queue, source, place, atMs);
}

function rise({ times, sources, places }: SourceQueue, source: number, from: number, atMs: number): void {
  let place = from;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const otherMs = times[parent]!;
    if (otherMs <= atMs) break;
    const other = sources[parent]!;
    times[place] = otherMs;
    sources[place] = other;
    places[other] = place;
    place = parent;
  }
  times[place] = atMs;
  sources[place] = source;
  places[source] = place;
}

function sink({ times, sources, places }: SourceQueue, source: number, from: number, atMs: number): void {
  const size = times.length;
  let place = from;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= size) break;
    if (child + 1 < size && times[child + 1]! < times[child]!) child++;
    const otherMs = times[child]!;
    if (otherMs >= atMs) break;
    const other = sources[child]!;
    times[place] = otherMs;
    sources[place] = other;
    places[other] = place;
    place = child;
  }
  times[place] = atMs;
  sources[place] = source;
  places[source] = place;
}
