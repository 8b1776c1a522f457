import { column, int, num } from "./command";
import {
  cubeOf,
  longer,
  longerFirst,
  longerSecond,
  longerThird,
  restThird,
  restVariance,
  skewnessOf,
  thirdOf,
  varianceOf,
} from "./humps";
import { PAIR, aboveZero, add, at, both, choose, div, less, mul, orZero, put, sub } from "./simd";
import {
  BYTES,
  INTO,
  PROBABILITY,
  STEP,
  ownRow,
  take,
  takenCalmMean,
  takenCalmThird,
  takenCalmVariance,
  takenMean,
  takenOk,
  takenShare,
  takenThird,
  takenVariance,
} from "./taken";

/** Calls side by side, as src/twin/fluid/side-by-side.ts. Columns of a step: its way, what is made of it, two humps. */
const WAY: usize = 0;
const MADE: usize = 1;
const CALM: usize = 2;
const LATE: usize = 5;

/** The call at hand: probability that it is not made, or calm; made then; delayed; both humps. */
let way: v128 = i64x2(0, 0);
let made: v128 = i64x2(0, 0);
let delay: v128 = i64x2(0, 0);
let calmMean: v128 = i64x2(0, 0);
let calmVariance: v128 = i64x2(0, 0);
let calmThird: v128 = i64x2(0, 0);
let lateMean: v128 = i64x2(0, 0);
let lateVariance: v128 = i64x2(0, 0);
let lateThird: v128 = i64x2(0, 0);

/** Tells calm requests of what was taken from delayed ones. */
function split(p: v128, i: usize): void {
  const one = both(1);
  const whole = at(takenMean + i);
  const wholeVariance = at(takenVariance + i);
  const wholeThird = at(takenThird + i);
  const calm = at(takenCalmMean + i);
  const spread = at(takenCalmVariance + i);
  const lean = at(takenCalmThird + i);
  const share = at(takenShare + i);
  const isSplit = v128.and(less(share, both(1 - 0.005)), less(calm, whole));
  const calling = mul(p, choose(isSplit, share, one));
  const delayed = sub(p, calling);
  const calmWay = sub(one, delayed);
  way = calmWay;
  made = orZero(f64x2.gt(calmWay, both(0)), div(calling, calmWay));
  delay = delayed;
  calmMean = choose(isSplit, calm, whole);
  calmVariance = choose(isSplit, spread, wholeVariance);
  calmThird = choose(isSplit, lean, wholeThird);
  const isNever = f64x2.eq(delayed, both(0));
  if (i64x2.all_true(isNever)) {
    lateMean = whole;
    lateVariance = wholeVariance;
    lateThird = both(0);
    return;
  }
  const below = sub(calm, whole);
  const above = div(mul(f64x2.neg(below), share), sub(one, share));
  const variance = restVariance(wholeVariance, share, spread, below, above, add(whole, above));
  const third = restThird(wholeThird, share, lean, spread, below, above, variance);
  lateMean = choose(isNever, whole, add(whole, above));
  lateVariance = choose(isNever, wholeVariance, variance);
  lateThird = v128.andnot(third, isNever);
}

/** Multiplies the answers of the caller by those of a call; made or not. */
export function answer(command: usize): void {
  take(command);
  const bytes = int(command, BYTES);
  const p = both(num(command, PROBABILITY));
  const one = both(1);
  const ok = ownRow(command, 3);
  for (let i: usize = 0; i < bytes; i += PAIR)
    put(ok + i, mul(at(ok + i), sub(one, mul(p, sub(one, at(takenOk + i))))));
}

/** Begins a step with its first call. */
export function startStep(command: usize): void {
  take(command);
  const step = int(command, INTO);
  const bytes = int(command, BYTES);
  const p = both(num(command, PROBABILITY));
  for (let i: usize = 0; i < bytes; i += PAIR) {
    split(p, i);
    put(column(step, WAY) + i, way);
    put(column(step, MADE) + i, made);
    put(column(step, CALM) + i, calmMean);
    put(column(step, CALM + 1) + i, calmVariance);
    put(column(step, CALM + 2) + i, calmThird);
    put(column(step, LATE) + i, lateMean);
    put(column(step, LATE + 1) + i, lateVariance);
    put(column(step, LATE + 2) + i, lateThird);
  }
}

/** Folds a further call into a step. */
export function foldCall(command: usize): void {
  take(command);
  const from = int(command, STEP);
  const into = int(command, INTO);
  const bytes = int(command, BYTES);
  const p = both(num(command, PROBABILITY));
  for (let i: usize = 0; i < bytes; i += PAIR) {
    split(p, i);
    const before = at(column(from, WAY) + i);
    const after = mul(before, way);
    const skewness = skewnessOf(at(column(from, CALM + 1) + i), at(column(from, CALM + 2) + i));
    const ownSkewness = skewnessOf(calmVariance, calmThird);
    if (v128.any_true(less(after, both(1)))) foldLate(from, into, i, before, skewness, ownSkewness);
    else for (let row: usize = LATE; row < LATE + 3; row++) put(column(into, row) + i, at(column(from, row) + i));
    foldCalm(from, into, i, skewness, ownSkewness);
    put(column(into, WAY) + i, after);
  }
}

/** One is delayed and the other calm or not made, or both are delayed. */
function foldLate(from: usize, into: usize, i: usize, before: v128, s1: v128, calmSkewness: v128): void {
  const one = both(1);
  const done = at(column(from, MADE) + i);
  const m1 = at(column(from, CALM) + i);
  const v1 = at(column(from, CALM + 1) + i);
  const m2 = at(column(from, LATE) + i);
  const v2 = at(column(from, LATE + 1) + i);
  const t2 = at(column(from, LATE + 2) + i);
  const s2 = skewnessOf(v2, t2);
  const ownSkewness = skewnessOf(lateVariance, lateThird);
  // Only the call at hand, neither is made otherwise.
  const delayed = mul(before, delay);
  let own = mul(delayed, sub(one, done));
  let square = mul(lateMean, lateMean);
  let weight = own;
  let first = mul(own, lateMean);
  let second = mul(own, add(lateVariance, square));
  let third = mul(own, cubeOf(lateMean, square, lateVariance, lateThird));
  // The others calm, the call at hand delayed.
  own = mul(delayed, done);
  longer(m1, v1, s1, lateMean, lateVariance, ownSkewness);
  weight = add(weight, own);
  first = add(first, mul(own, longerFirst));
  second = add(second, mul(own, longerSecond));
  third = add(third, mul(own, longerThird));
  // Only the others, delayed.
  const late = sub(one, before);
  const without = mul(late, way);
  own = mul(without, sub(one, made));
  square = mul(m2, m2);
  weight = add(weight, own);
  first = add(first, mul(own, m2));
  second = add(second, mul(own, add(v2, square)));
  third = add(third, mul(own, cubeOf(m2, square, v2, t2)));
  // The others delayed, the call at hand calm.
  own = mul(without, made);
  longer(calmMean, calmVariance, calmSkewness, m2, v2, s2);
  weight = add(weight, own);
  first = add(first, mul(own, longerFirst));
  second = add(second, mul(own, longerSecond));
  third = add(third, mul(own, longerThird));
  // Both delayed.
  own = mul(late, delay);
  longer(lateMean, lateVariance, ownSkewness, m2, v2, s2);
  weight = add(weight, own);
  first = add(first, mul(own, longerFirst));
  second = add(second, mul(own, longerSecond));
  third = add(third, mul(own, longerThird));
  writeMixture(from, into, LATE, i, weight, first, second, third);
}

/** Both are calm, where they are made. */
function foldCalm(from: usize, into: usize, i: usize, s1: v128, calmSkewness: v128): void {
  const one = both(1);
  const done = at(column(from, MADE) + i);
  const m1 = at(column(from, CALM) + i);
  const v1 = at(column(from, CALM + 1) + i);
  const t1 = at(column(from, CALM + 2) + i);
  let own = mul(done, sub(one, made));
  let square = mul(m1, m1);
  let weight = own;
  let first = mul(own, m1);
  let second = mul(own, add(v1, square));
  let third = mul(own, cubeOf(m1, square, v1, t1));
  own = mul(done, made);
  longer(m1, v1, s1, calmMean, calmVariance, calmSkewness);
  weight = add(weight, own);
  first = add(first, mul(own, longerFirst));
  second = add(second, mul(own, longerSecond));
  third = add(third, mul(own, longerThird));
  own = mul(sub(one, done), made);
  square = mul(calmMean, calmMean);
  weight = add(weight, own);
  first = add(first, mul(own, calmMean));
  second = add(second, mul(own, add(calmVariance, square)));
  third = add(third, mul(own, cubeOf(calmMean, square, calmVariance, calmThird)));
  put(column(into, MADE) + i, weight);
  writeMixture(from, into, CALM, i, weight, first, second, third);
}

/** Moments of a mixture, in rows from there on; where it has no weight those of before stay. */
function writeMixture(
  from: usize,
  into: usize,
  row: usize,
  i: usize,
  weight: v128,
  first: v128,
  second: v128,
  cubes: v128,
): void {
  const isNone = f64x2.eq(weight, both(0));
  const per = div(both(1), weight);
  const mean = mul(first, per);
  const square = mul(second, per);
  const third = centred(mul(cubes, per), mean, square);
  put(column(into, row) + i, choose(isNone, at(column(from, row) + i), mean));
  put(
    column(into, row + 1) + i,
    choose(isNone, at(column(from, row + 1) + i), aboveZero(sub(square, mul(mean, mean)))),
  );
  put(column(into, row + 2) + i, choose(isNone, at(column(from, row + 2) + i), third));
}

/** Third central moment from those about zero. */
function centred(cube: v128, mean: v128, square: v128): v128 {
  return sub(cube, mul(mean, sub(mul(both(3), square), mul(mul(both(2), mean), mean))));
}

/** Puts the humps of a step together, and adds them to the caller. */
export function finishStep(command: usize): void {
  const step = int(command, STEP);
  const bytes = int(command, BYTES);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    addAll(command, step, i);
    addCalm(command, step, i);
  }
}

function addAll(command: usize, step: usize, i: usize): void {
  const before = at(column(step, WAY) + i);
  const m1 = at(column(step, CALM) + i);
  const v1 = at(column(step, CALM + 1) + i);
  const m2 = at(column(step, LATE) + i);
  const v2 = at(column(step, LATE + 1) + i);
  const square1 = mul(m1, m1);
  const square2 = mul(m2, m2);
  const own = mul(before, at(column(step, MADE) + i));
  const late = sub(both(1), before);
  const mean = add(mul(own, m1), mul(late, m2));
  const square = add(mul(own, add(v1, square1)), mul(late, add(v2, square2)));
  const cube = add(
    mul(own, cubeOf(m1, square1, v1, at(column(step, CALM + 2) + i))),
    mul(late, cubeOf(m2, square2, v2, at(column(step, LATE + 2) + i))),
  );
  const meanTo = ownRow(command, 0) + i;
  const varianceTo = ownRow(command, 1) + i;
  const thirdTo = ownRow(command, 2) + i;
  put(meanTo, add(at(meanTo), mean));
  put(varianceTo, add(at(varianceTo), aboveZero(sub(square, mul(mean, mean)))));
  put(thirdTo, add(at(thirdTo), centred(cube, mean, square)));
}

function addCalm(command: usize, step: usize, i: usize): void {
  const chance = at(column(step, MADE) + i);
  const mean = at(column(step, CALM) + i);
  const spread = at(column(step, CALM + 1) + i);
  const lean = at(column(step, CALM + 2) + i);
  const shareTo = ownRow(command, 4) + i;
  const meanTo = ownRow(command, 5) + i;
  const varianceTo = ownRow(command, 6) + i;
  const thirdTo = ownRow(command, 7) + i;
  put(shareTo, mul(at(shareTo), at(column(step, WAY) + i)));
  put(meanTo, add(at(meanTo), mul(chance, mean)));
  put(varianceTo, add(at(varianceTo), varianceOf(chance, mean, spread)));
  put(thirdTo, add(at(thirdTo), thirdOf(chance, mean, spread, lean)));
}
