import { int } from "./command";
import { add, at, mul, put } from "./simd";

/** Adds the last tick of a service to its counters: src/twin/fluid/service-metrics.ts. */
export function count(command: usize): void {
  const bytes = int(command, 1);
  const ready = int(command, 2);
  const busy = int(command, 3);
  const arrived = int(command, 4);
  const served = int(command, 5);
  const dropped = int(command, 6);
  const waitMs = int(command, 7);
  const readySum = int(command, 8);
  const busySum = int(command, 9);
  const arrivedSum = int(command, 10);
  const servedSum = int(command, 11);
  const droppedSum = int(command, 12);
  const waitedSum = int(command, 13);
  for (let i: usize = 0; i < bytes; i += 16) {
    const pods = at(ready + i);
    const done = at(served + i);
    more(readySum + i, pods);
    more(busySum + i, mul(pods, at(busy + i)));
    more(arrivedSum + i, at(arrived + i));
    more(servedSum + i, done);
    more(droppedSum + i, at(dropped + i));
    more(waitedSum + i, mul(done, at(waitMs + i)));
  }
}

function more(sum: usize, x: v128): void {
  put(sum, add(at(sum), x));
}
