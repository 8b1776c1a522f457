import { column, int, num } from "./command";
import { PAIR, add, at, both, div, less, mul, orZero, put, sub } from "./simd";

const ROWS: usize = 8;
/** Row of the share of good answers; of a service by itself, of the share that is dropped. */
const OK: usize = 3;

/**
 * Begins an endpoint with its service's own part. Slots: directories of the rows of the service and of the endpoint;
 * length of a row; share that does not fail by itself.
 */
export function startNode(command: usize): void {
  const from = int(command, 1);
  const into = int(command, 2);
  const bytes = int(command, 3);
  const good = both(num(command, 4));
  // Where nothing is called they are the same rows.
  for (let row: usize = 0; row < ROWS; row++)
    if (row != OK && column(from, row) != column(into, row)) copyRow(column(from, row), column(into, row), bytes);
  const dropped = column(from, OK);
  const ok = column(into, OK);
  for (let i: usize = 0; i < bytes; i += PAIR) put(ok + i, mul(sub(both(1), at(dropped + i)), good));
}

function copyRow(from: usize, into: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += PAIR) put(into + i, at(from + i));
}

const MOST: f64 = 4.5;
const SCALE_MS: f64 = 27;

/**
 * Ends an endpoint that calls, of a service with a quota: as src/twin/fluid/reading.ts. Slots: directory of its rows;
 * rows of the service: sojourn, share of the time that it stands still, rest of a stop; length of a row.
 */
export function read(command: usize): void {
  const rows = int(command, 1);
  const sojourn = int(command, 2);
  const stopShare = int(command, 3);
  const stopRest = int(command, 4);
  const bytes = int(command, 5);
  const mean = column(rows, 0);
  const variance = column(rows, 1);
  const third = column(rows, 2);
  const share = column(rows, 4);
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

/**
 * What a slot is held for. Slots: directory of the endpoint's rows; rows of the service: sojourn, time held; length of a
 * row; share of the service's requests.
 */
export function hold(command: usize): void {
  const mean = column(int(command, 1), 0);
  const sojourn = int(command, 2);
  const now = int(command, 3);
  const bytes = int(command, 4);
  const share = both(num(command, 5));
  for (let i: usize = 0; i < bytes; i += PAIR)
    put(now + i, add(at(now + i), mul(share, sub(at(mean + i), at(sojourn + i)))));
}

/** Moves the time for which slots are held. Slots: where it is, where it would be now; length of both; the step. */
export function moveHold(command: usize): void {
  const held = int(command, 1);
  const now = int(command, 2);
  const bytes = int(command, 3);
  const step = both(num(command, 4));
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const before = at(held + i);
    put(held + i, add(before, mul(step, sub(at(now + i), before))));
    put(now + i, both(0));
  }
}
