import { column, int, num } from "./command";
import { PAIR, add, at, both, choose, div, less, mul, orZero, put, sub } from "./simd";

/**
 * Begins an endpoint with its service's own part. Slots: directories of the stations, of calm requests and of the
 * responses; the row of the endpoint and of its service, bytes; length of a row; share that does not fail by itself.
 */
export function startNode(command: usize): void {
  const stations = int(command, 1);
  const calm = int(command, 2);
  const responses = int(command, 3);
  const to = int(command, 4);
  const from = int(command, 5);
  const bytes = int(command, 6);
  // Mean, variance and third moment of the sojourn stand one after another in both directories.
  for (let i: usize = 0; i < 3; i++) memory.copy(column(responses, i) + to, column(stations, 6 + i) + from, bytes);
  for (let i: usize = 0; i < 4; i++) memory.copy(column(responses, 4 + i) + to, column(calm, i) + from, bytes);
  const good = both(num(command, 7));
  const dropped = column(stations, 9) + from;
  const ok = column(responses, 3) + to;
  for (let i: usize = 0; i < bytes; i += PAIR) put(ok + i, mul(sub(both(1), at(dropped + i)), good));
}

const MOST = 4.5;
const SCALE_MS = 27.0;

/** Ends an endpoint that calls, of a service with a quota: as src/twin/fluid/reading.ts. Slots as of `startNode`. */
export function read(command: usize): void {
  const stations = int(command, 1);
  const calm = int(command, 2);
  const responses = int(command, 3);
  const to = int(command, 4);
  const from = int(command, 5);
  const bytes = int(command, 6);
  const mean = column(responses, 0) + to;
  const variance = column(responses, 1) + to;
  const third = column(responses, 2) + to;
  const share = column(responses, 4) + to;
  const sojourn = column(stations, 6) + from;
  const stopShare = column(calm, 4) + from;
  const stopRest = column(calm, 5) + from;
  const one = both(1);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const rest = at(stopRest + i);
    const x = mul(sub(at(mean + i), at(sojourn + i)), both(1 / SCALE_MS));
    const after = add(one, x);
    const chance = div(mul(mul(at(stopShare + i), both(MOST)), x), mul(after, after));
    const wait = mul(chance, rest);
    const square = mul(mul(both(2), wait), rest);
    put(mean + i, add(at(mean + i), wait));
    put(variance + i, add(at(variance + i), sub(square, mul(wait, wait))));
    const cube = sub(mul(mul(both(3), square), rest), mul(mul(both(3), wait), square));
    put(third + i, add(at(third + i), add(cube, mul(mul(mul(both(2), wait), wait), wait))));
    put(share + i, mul(at(share + i), orZero(less(chance, one), sub(one, chance))));
  }
}

/** What a slot is held for. Slots as of `startNode`; the last one is the share of the service's requests. */
export function hold(command: usize): void {
  const stations = int(command, 1);
  const to = column(int(command, 3), 0) + int(command, 4);
  const from = int(command, 5);
  const bytes = int(command, 6);
  const share = both(num(command, 7));
  const sojourn = column(stations, 6) + from;
  const now = column(stations, 11) + from;
  for (let i: usize = 0; i < bytes; i += PAIR)
    put(now + i, add(at(now + i), mul(share, sub(at(to + i), at(sojourn + i)))));
}

/** Moves the time for which slots are held. Slots: directory of the stations, length of a matrix in bytes, the step. */
export function moveHold(command: usize): void {
  const stations = int(command, 1);
  const bytes = int(command, 2);
  const step = both(num(command, 3));
  const held = column(stations, 10);
  const now = column(stations, 11);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const before = at(held + i);
    put(held + i, add(before, mul(step, sub(at(now + i), before))));
    put(now + i, both(0));
  }
}
