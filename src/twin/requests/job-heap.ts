import type { Processors } from "./processor.ts";

/**
 * A request begins its work. The replica must be worked up to now.
 *
 * @param demandMs  of each request, ms of CPU: [requests]
 */
export function addJob(processors: Processors, pod: number, request: number, demandMs: Float64Array): void {
  let ends = processors.ends[pod]!;
  let requests = processors.requests[pod]!;
  let place = processors.jobs[pod]!++;
  if (place === 0) processors.got[pod] = 0;
  if (place === ends.length) {
    ends = processors.ends[pod] = grownFloats(ends);
    requests = processors.requests[pod] = grownIntegers(requests);
  }
  const end = processors.got[pod]! + demandMs[request]!;
  while (place > 0) {
    const parent = (place - 1) >> 1;
    if (ends[parent]! <= end) break;
    ends[place] = ends[parent]!;
    requests[place] = requests[parent]!;
    place = parent;
  }
  ends[place] = end;
  requests[place] = request;
}

/** The request that is finished now; its replica is worked up to now. */
export function takeFinished(processors: Processors, pod: number): number {
  const ends = processors.ends[pod]!;
  const requests = processors.requests[pod]!;
  const finished = requests[0]!;
  // Rounding must not leave a trace that depends on how often the replica was looked at.
  processors.got[pod] = ends[0]!;
  const last = --processors.jobs[pod]!;
  const end = ends[last]!;
  let place = 0;
  for (;;) {
    let child = 2 * place + 1;
    if (child >= last) break;
    if (child + 1 < last && ends[child + 1]! < ends[child]!) child++;
    if (ends[child]! >= end) break;
    ends[place] = ends[child]!;
    requests[place] = requests[child]!;
    place = child;
  }
  ends[place] = end;
  requests[place] = requests[last]!;
  return finished;
}

function grownFloats(values: Float64Array): Float64Array {
  const grown = new Float64Array(2 * values.length);
  grown.set(values);
  return grown;
}

function grownIntegers(values: Int32Array): Int32Array {
  const grown = new Int32Array(2 * values.length);
  grown.set(values);
  return grown;
}
