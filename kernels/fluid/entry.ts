import { column, int, num } from "./command";
import { restThird, restVariance } from "./humps";
import { PAIR, add, at, both, choose, div, less, mul, put, sub } from "./simd";
import { WORK_ROWS, upperTails } from "./tail";

/** Columns of the entry, by their place in the directory: arrived, flooded, violating share, ok, mean, variance. */
const VIOLATING = 2;
const OK = 3;
const MEAN = 4;
const VARIANCE = 5;

/** Slots: directory of the entry, length of a row. */
export function startEntry(command: usize): void {
  const entry = int(command, 1);
  const bytes = int(command, 2);
  const violating = column(entry, VIOLATING);
  const ok = column(entry, OK);
  const mean = column(entry, MEAN);
  const variance = column(entry, VARIANCE);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    put(violating + i, both(1));
    put(ok + i, both(0));
    put(mean + i, both(0));
    put(variance + i, both(0));
  }
}

/**
 * Adds an endpoint at the entry. Slots: directory of the entry, length of a row, directory of the rows of the
 * endpoint, directory of the tables of tails and of rows to work in; share of the requests, objective, ms.
 */
export function addEntry(command: usize): void {
  const entry = int(command, 1);
  const bytes = int(command, 2);
  const rows = int(command, 3);
  const share = both(num(command, 5));
  const violating = column(entry, VIOLATING);
  const ok = column(entry, OK);
  const mean = column(entry, MEAN);
  const variance = column(entry, VARIANCE);
  const late = lateRow(int(command, 4), rows, bytes, both(num(command, 6)));
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const own = at(column(rows, 0) + i);
    const spread = at(column(rows, 1) + i);
    const good = mul(share, at(column(rows, 3) + i));
    put(ok + i, add(at(ok + i), good));
    put(violating + i, sub(at(violating + i), mul(good, sub(both(1), at(late + i)))));
    put(mean + i, add(at(mean + i), mul(share, own)));
    put(variance + i, add(at(variance + i), mul(share, add(spread, mul(own, own)))));
  }
}

/** P(latency > limit), as `humpsUpperTail`: the row where it stands. */
function lateRow(tails: usize, rows: usize, bytes: usize, limit: v128): usize {
  const mean = column(tails, WORK_ROWS);
  const variance = column(tails, WORK_ROWS + 1);
  const third = column(tails, WORK_ROWS + 2);
  const late = column(tails, WORK_ROWS + 3);
  const calm = column(tails, WORK_ROWS + 4);
  const isAnyNear = takeCalmAway(rows, bytes, limit, mean, variance, third);
  upperTails(tails, bytes, mean, variance, third, limit, late);
  if (isAnyNear) upperTails(tails, bytes, column(rows, 5), column(rows, 6), column(rows, 7), limit, calm);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const share = at(column(rows, 4) + i);
    const own = at(column(rows, 5) + i);
    const isSplit = splitMask(share, own, at(column(rows, 0) + i));
    const delayed = choose(isSplit, mul(sub(both(1), share), at(late + i)), at(late + i));
    const isNear = v128.andnot(isSplit, farMask(limit, own, at(column(rows, 6) + i)));
    put(late + i, choose(isNear, add(delayed, mul(share, at(calm + i))), delayed));
  }
  return late;
}

/** Where a hump is left beside the calm one. */
function splitMask(share: v128, calm: v128, mean: v128): v128 {
  const isInside = v128.and(f64x2.ge(share, both(0.005)), f64x2.le(share, both(1 - 0.005)));
  return v128.and(isInside, less(calm, mean));
}

/** Calm requests are as good as never beyond the limit. */
function farMask(limit: v128, calm: v128, variance: v128): v128 {
  const gap = sub(limit, calm);
  return v128.and(f64x2.gt(gap, both(0)), f64x2.gt(mul(gap, gap), mul(both(900), variance)));
}

/** Delayed requests are what is left without calm ones, all where nothing is. True where any calm ones are near the limit. */
function takeCalmAway(rows: usize, bytes: usize, limit: v128, mean: usize, variance: usize, third: usize): bool {
  let near = i64x2(0, 0);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const all = at(column(rows, 0) + i);
    const whole = at(column(rows, 1) + i);
    const wholeThird = at(column(rows, 2) + i);
    const share = at(column(rows, 4) + i);
    const calm = at(column(rows, 5) + i);
    const own = at(column(rows, 6) + i);
    const isSplit = splitMask(share, calm, all);
    const below = sub(calm, all);
    const above = div(mul(f64x2.neg(below), share), sub(both(1), share));
    const left = restVariance(whole, share, own, below, above, add(all, above));
    const leftThird = restThird(wholeThird, share, at(column(rows, 7) + i), own, below, above, left);
    put(mean + i, choose(isSplit, add(all, above), all));
    put(variance + i, choose(isSplit, left, whole));
    put(third + i, choose(isSplit, leftThird, wholeThird));
    near = v128.or(near, v128.andnot(isSplit, farMask(limit, calm, own)));
  }
  return v128.any_true(near);
}

/** Slots: directory of the entry, length of a row. */
export function finishEntry(command: usize): void {
  const entry = int(command, 1);
  const bytes = int(command, 2);
  const violating = column(entry, VIOLATING);
  const mean = column(entry, MEAN);
  const variance = column(entry, VARIANCE);
  const zero = both(0);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const own = at(mean + i);
    put(variance + i, f64x2.max(zero, sub(at(variance + i), mul(own, own))));
    put(violating + i, f64x2.max(zero, at(violating + i)));
  }
}

/** As `countEntry`: slots as of `startEntry`, and where the counters are. */
export function countEntry(command: usize): void {
  const entry = int(command, 1);
  const bytes = int(command, 2);
  const counters = int(command, 3);
  const arrived = column(entry, 0);
  const flooded = column(entry, 1);
  const violating = column(entry, VIOLATING);
  const ok = column(entry, OK);
  const mean = column(entry, MEAN);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const all = add(at(arrived + i), at(flooded + i));
    const answered = mul(all, at(ok + i));
    const to = counters + i;
    put(to, add(at(to), all));
    put(to + bytes, add(at(to + bytes), mul(all, at(violating + i))));
    put(to + 2 * bytes, add(at(to + 2 * bytes), answered));
    put(to + 3 * bytes, add(at(to + 3 * bytes), mul(answered, at(mean + i))));
  }
}
