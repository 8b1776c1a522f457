import type { Processor } from "./processor.ts";
import type { Request } from "./request-pool.ts";

/** A request begins its work. The replica must be worked up to now. */
export function addJob(own: Processor, request: Request): void {
  let place = own.jobs++;
  if (place === 0) own.got = 0;
  if (place === own.ends.length) growEnds(own);
  const { ends, requests } = own;
  const end = own.got + request.demandMs;
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
export function takeFinished(own: Processor): Request {
  const { ends, requests } = own;
  const finished = requests[0]!;
  // Rounding must not leave a trace that depends on how often the replica was looked at.
  own.got = ends[0]!;
  const last = --own.jobs;
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

function growEnds(own: Processor): void {
  const { ends } = own;
  own.ends = new Float64Array(2 * ends.length);
  own.ends.set(ends);
}
