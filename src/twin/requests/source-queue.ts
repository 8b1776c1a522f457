/**
 * The event queue. An event source (a replica, a line of equal delays, the arrivals) has one next event; the queue
 * knows the time of each and which is first. A binary heap over sources, so it stays as small as the system, whatever
 * the number of requests under way. Sources without an event wait at Infinity.
 */
export type SourceQueue = {
  /** Time of the next event, ms: [sources]. */
  times: Float64Array;
  /** The heap: sources. */
  heap: Int32Array;
  /** Where a source stands in the heap: [sources]. */
  places: Int32Array;
  /** The time now, ms: one cell, shared by all, because a number that is passed on is a number allocated. */
  readonly now: Float64Array;
};

export function createSourceQueue(sources: number): SourceQueue {
  const heap = Int32Array.from({ length: sources }, (_, source) => source);
  return { times: new Float64Array(sources).fill(Infinity), heap, places: heap.slice(), now: new Float64Array(1) };
}

/** Makes room for more sources; those there are keep their numbers. */
export function growSources(queue: SourceQueue, sources: number): void {
  const before = queue.heap.length;
  const grown = createSourceQueue(sources);
  grown.times.set(queue.times);
  grown.heap.set(queue.heap);
  grown.places.set(queue.places);
  // The new ones stand behind all others: at Infinity they may.
  for (let source = before; source < sources; source++) grown.heap[source] = source;
  queue.times = grown.times;
  queue.heap = grown.heap;
  queue.places = grown.places;
}

/** The next event of a source is at `atMs`; Infinity = it has none. */
export function schedule(queue: SourceQueue, source: number, atMs: number): void {
  const { times, places } = queue;
  const before = times[source]!;
  if (atMs === before) return;
  times[source] = atMs;
  if (atMs < before) rise(queue, source, places[source]!);
  else sink(queue, source, places[source]!);
}

function rise({ times, heap, places }: SourceQueue, source: number, from: number): void {
  const atMs = times[source]!;
  let place = from;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    const other = heap[parent]!;
    if (times[other]! <= atMs) break;
    heap[place] = other;
    places[other] = place;
    place = parent;
  }
  heap[place] = source;
  places[source] = place;
}

function sink({ times, heap, places }: SourceQueue, source: number, from: number): void {
  const atMs = times[source]!;
  const size = heap.length;
  let place = from;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= size) break;
    let other = heap[child]!;
    let otherMs = times[other]!;
    if (child + 1 < size) {
      const right = heap[child + 1]!;
      const rightMs = times[right]!;
      if (rightMs < otherMs) {
        child++;
        other = right;
        otherMs = rightMs;
      }
    }
    if (otherMs >= atMs) break;
    heap[place] = other;
    places[other] = place;
    place = child;
  }
  heap[place] = source;
  places[source] = place;
}
