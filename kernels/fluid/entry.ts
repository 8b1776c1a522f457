import { column, int, num } from "./command";
import { restThird, restVariance } from "./humps";
import { PAIR, add, at, both, choose, div, less, mul, put, sub } from "./simd";
import { upperTail } from "./tail";

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
 * endpoint, directory of the tables of tails; share of the requests, objective, ms.
 */
export function addEntry(command: usize): void {
  const entry = int(command, 1);
  const bytes = int(command, 2);
  const rows = int(command, 3);
  const tables = int(command, 4);
  const share = both(num(command, 5));
  const limit = both(num(command, 6));
  const violating = column(entry, VIOLATING);
  const ok = column(entry, OK);
  const mean = column(entry, MEAN);
  const variance = column(entry, VARIANCE);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const own = at(column(rows, 0) + i);
    const spread = at(column(rows, 1) + i);
    const good = mul(share, at(column(rows, 3) + i));
    put(ok + i, add(at(ok + i), good));
    const late = humpsTail(tables, rows, i, limit);
    put(violating + i, sub(at(violating + i), mul(good, sub(both(1), late))));
    put(mean + i, add(at(mean + i), mul(share, own)));
    put(variance + i, add(at(variance + i), mul(share, add(spread, mul(own, own)))));
  }
}

/** P(latency > limit) of two environments, as `humpsUpperTail`. */
function humpsTail(tables: usize, rows: usize, i: usize, limit: v128): v128 {
  const one = both(1);
  const mean = at(column(rows, 0) + i);
  const whole = at(column(rows, 1) + i);
  const wholeThird = at(column(rows, 2) + i);
  const share = at(column(rows, 4) + i);
  const calm = at(column(rows, 5) + i);
  const own = at(column(rows, 6) + i);
  const calmThird = at(column(rows, 7) + i);
  const isInside = v128.and(f64x2.ge(share, both(0.005)), f64x2.le(share, both(1 - 0.005)));
  const isSplit = v128.and(isInside, less(calm, mean));
  if (!v128.any_true(isSplit)) return upperTail(tables, mean, whole, wholeThird, limit);
  const below = sub(calm, mean);
  const above = div(mul(f64x2.neg(below), share), sub(one, share));
  const lateMean = add(mean, above);
  const variance = restVariance(whole, share, own, below, above, lateMean);
  const third = restThird(wholeThird, share, calmThird, own, below, above, variance);
  const tail = upperTail(
    tables,
    choose(isSplit, lateMean, mean),
    choose(isSplit, variance, whole),
    choose(isSplit, third, wholeThird),
    limit,
  );
  const late = choose(isSplit, mul(sub(one, share), tail), tail);
  const gap = sub(limit, calm);
  const isFar = v128.and(f64x2.gt(gap, both(0)), f64x2.gt(mul(gap, gap), mul(both(900), own)));
  const isNear = v128.andnot(isSplit, isFar);
  if (!v128.any_true(isNear)) return late;
  const more = mul(share, upperTail(tables, calm, own, calmThird, limit));
  return choose(isNear, add(late, more), late);
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
