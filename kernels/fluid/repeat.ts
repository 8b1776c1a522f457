import { column, int, num } from "./command";
import { pow } from "./math";
import { PAIR, add, at, both, choose, div, less, mul, orZero, put, sub } from "./simd";
import { BACKOFF_MS, BYTES, MORE_TRIES, RETRIES, RETRY_BUDGET, TIMES } from "./taken";

/** A call with its tries and its repetitions, as `again` of src/twin/fluid/take-call.ts. */
export function repeat(command: usize, from: usize, into: usize): void {
  const bytes = int(command, BYTES);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    repeatCalm(command, from, into, i);
    repeatAll(command, from, into, i);
  }
}

/** A try that fails and is made again is a delay as any. */
function repeatCalm(command: usize, from: usize, into: usize, i: usize): void {
  const times = num(command, TIMES);
  const share = at(column(from, 4) + i);
  const once = num(command, RETRIES) > 0 ? mul(share, at(column(from, 3) + i)) : share;
  put(column(into, 4) + i, power(once, times));
  for (let row: usize = 5; row < 8; row++) put(column(into, row) + i, mul(at(column(from, row) + i), both(times)));
}

function repeatAll(command: usize, from: usize, into: usize, i: usize): void {
  const times = both(num(command, TIMES));
  const retries = num(command, RETRIES);
  const one = both(1);
  const good = at(column(from, 3) + i);
  let tries = times;
  let better = good;
  let wanted = one;
  let each = one;
  if (retries > 0) {
    const never = power(sub(one, good), 1 + retries);
    wanted = choose(f64x2.gt(good, both(0)), div(sub(one, never), good), both(1 + retries));
    each = f64x2.min(wanted, both(1 + num(command, RETRY_BUDGET)));
    tries = mul(times, each);
    better = choose(less(each, wanted), mul(good, each), sub(one, never));
    put(int(command, MORE_TRIES) + i, sub(each, one));
  }
  for (let row: usize = 0; row < 3; row++) put(column(into, row) + i, mul(at(column(from, row) + i), tries));
  if (num(command, BACKOFF_MS) > 0) {
    const allowed = orZero(f64x2.gt(wanted, one), div(sub(each, one), sub(wanted, one)));
    addWait(command, into, i, sub(one, good), allowed);
  }
  put(column(into, 3) + i, power(better, num(command, TIMES)));
}

/** x to the n-th. */
function power(x: v128, n: f64): v128 {
  let product = x;
  for (let i: f64 = 1; i < n; i++) product = mul(product, x);
  return product;
}

const LONGEST_WAIT_MS: f64 = 10_000;
const MEAN_SHARE: f64 = 0.75;

/** As src/twin/fluid/retry-wait.ts. */
function addWait(command: usize, into: usize, i: usize, bad: v128, allowed: v128): void {
  const retries = num(command, RETRIES);
  const times = both(num(command, TIMES));
  let first = both(0);
  let second = both(0);
  let cubed = both(0);
  let waitedMs: f64 = 0;
  let reached = allowed;
  for (let k: f64 = 1; k <= retries; k++) {
    reached = mul(reached, bad);
    waitedMs += MEAN_SHARE * min(LONGEST_WAIT_MS, num(command, BACKOFF_MS) * pow(2, k - 1));
    const waited = both(waitedMs);
    const last = k == retries ? reached : mul(reached, sub(both(1), bad));
    const mean = mul(last, waited);
    const square = mul(mean, waited);
    first = add(first, mean);
    second = add(second, square);
    cubed = add(cubed, mul(square, waited));
  }
  const variance = f64x2.max(both(0), sub(second, mul(first, first)));
  const cube = sub(cubed, mul(mul(both(3), first), second));
  const third = add(cube, mul(mul(mul(both(2), first), first), first));
  addTo(column(into, 0) + i, mul(times, first));
  addTo(column(into, 1) + i, mul(times, variance));
  addTo(column(into, 2) + i, mul(times, third));
}

function addTo(address: usize, more: v128): void {
  put(address, add(at(address), more));
}
