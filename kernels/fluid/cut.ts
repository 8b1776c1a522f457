import { column, int, num } from "./command";
import { pow } from "./math";
import { PAIR, add, at, both, choose, div, mul, put, sub } from "./simd";
import { WORK_ROWS, upperTails } from "./tail";

/**
 * What callers with the same timeout get of an endpoint: nobody waits beyond it, as `cutOff` of
 * src/twin/fluid/take-call.ts. Slots: directory of the endpoint's rows, and of the same cut off; where it is to be
 * written which of the two counts, and whether that is the second; tables of tails; length of a row; the timeout, ms.
 * Rows: mean, variance, third moment, ok, calm share, and calm mean, variance and third moment.
 */
export function cut(command: usize): void {
  const whole = int(command, 1);
  const chosen = int(command, 3);
  const isAny = mayAnyTimeOut(command, column(whole, 0), column(whole, 1));
  store<u32>(chosen, <u32>(isAny ? int(command, 2) : whole));
  store<u32>(chosen, isAny ? 1 : 0, 4);
  if (isAny) cutRows(command);
}

function mayTimeOut(timeout: v128, mean: v128, variance: v128): v128 {
  const gap = sub(timeout, mean);
  return v128.or(f64x2.le(gap, both(0)), f64x2.lt(mul(gap, gap), mul(both(900), variance)));
}

function mayAnyTimeOut(command: usize, mean: usize, variance: usize): bool {
  const bytes = int(command, 5);
  const timeout = both(num(command, 6));
  let may = i64x2(0, 0);
  for (let i: usize = 0; i < bytes; i += PAIR) may = v128.or(may, mayTimeOut(timeout, at(mean + i), at(variance + i)));
  return v128.any_true(may);
}

function cutRows(command: usize): void {
  const whole = int(command, 1);
  const into = int(command, 2);
  const bytes = int(command, 5);
  const timeout = both(num(command, 6));
  let late = findLate(command);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const may = mayTimeOut(timeout, at(column(whole, 0) + i), at(column(whole, 1) + i));
    const calm = at(column(whole, 5) + i);
    put(column(into, 5) + i, choose(v128.and(may, f64x2.gt(calm, timeout)), timeout, calm));
    if (v128.any_true(may)) {
      cutPair(whole, into, i, timeout, at(late), may);
      late += PAIR;
    } else {
      for (let row: usize = 0; row < 4; row++) put(column(into, row) + i, at(column(whole, row) + i));
    }
  }
}

/** Tails beyond the timeout of those whose time may be out, one behind another: where they stand. */
function findLate(command: usize): usize {
  const whole = int(command, 1);
  const tails = int(command, 4);
  const bytes = int(command, 5);
  const timeout = both(num(command, 6));
  const means = column(tails, WORK_ROWS);
  const variances = column(tails, WORK_ROWS + 1);
  const thirds = column(tails, WORK_ROWS + 2);
  const late = column(tails, WORK_ROWS + 3);
  let found: usize = 0;
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const mean = at(column(whole, 0) + i);
    const variance = at(column(whole, 1) + i);
    if (!v128.any_true(mayTimeOut(timeout, mean, variance))) continue;
    put(means + found, mean);
    put(variances + found, variance);
    put(thirds + found, at(column(whole, 2) + i));
    found += PAIR;
  }
  upperTails(tails, found, means, variances, thirds, timeout, late);
  return late;
}

function cutPair(whole: usize, into: usize, i: usize, timeout: v128, late: v128, may: v128): void {
  const own = at(column(whole, 0) + i);
  const before = at(column(whole, 1) + i);
  const third = at(column(whole, 2) + i);
  const ok = at(column(whole, 3) + i);
  const early = sub(both(1), late);
  const mean = add(mul(late, timeout), mul(early, f64x2.min(own, timeout)));
  const most = sub(mul(mean, timeout), mul(mean, mean));
  const variance = f64x2.max(both(0), f64x2.min(before, most));
  const left = choose(may, div(variance, before), both(1));
  const shorter = v128.and(mul(early, powerOf(left)), f64x2.gt(before, both(0)));
  put(column(into, 0) + i, choose(may, mean, own));
  put(column(into, 1) + i, choose(may, variance, before));
  put(column(into, 2) + i, choose(may, mul(third, shorter), third));
  put(column(into, 3) + i, choose(may, mul(ok, early), ok));
}

/** x ** 1.5, mostly of 1. */
function powerOf(x: v128): v128 {
  if (!v128.any_true(f64x2.ne(x, both(1)))) return x;
  const first = pow(f64x2.extract_lane(x, 0), 1.5);
  return f64x2.replace_lane(both(first), 1, pow(f64x2.extract_lane(x, 1), 1.5));
}
