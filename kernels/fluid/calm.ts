import { column, int, num } from "./command";
import { PAIR, add, at, both, choose, div, less, mul, orZero, put, sqrt2, sub } from "./simd";

/** Columns of the stations, by their place in the directory of src/twin/fluid/response-program.ts. */
const SPEED = 0;
const BUSY = 1;
const CAPACITY = 2;
const CPU = 3;
const CPU_VARIANCE = 4;
const CPU_THIRD = 5;
const SOJOURN = 6;
const VARIANCE = 7;
const THIRD = 8;
/** Of calm requests and stops by service. */
const SHARE = 0;
const CALM = 1;
const CALM_VARIANCE = 2;
const CALM_THIRD = 3;
const STOP_SHARE = 4;
const STOP_REST = 5;

/** Nobody is delayed: slots are the directory of the stations, that of calm requests, the row in bytes, its length. */
export function allCalm(command: usize): void {
  const stations = int(command, 1);
  const calm = int(command, 2);
  const first = int(command, 3);
  const end = first + int(command, 4);
  for (let k = first; k < end; k += PAIR) {
    put(column(calm, STOP_SHARE) + k, both(0));
    put(column(calm, SHARE) + k, both(1));
    put(column(calm, CALM) + k, at(column(stations, SOJOURN) + k));
    put(column(calm, CALM_VARIANCE) + k, at(column(stations, VARIANCE) + k));
    put(column(calm, CALM_THIRD) + k, at(column(stations, THIRD) + k));
  }
}

const LEAST_DELAY = 15.0;
const MOST_LATE = 0.98;
const REST_MS = 37.0;
const STOPPED = 0.15;

/** As `splitService` of src/twin/fluid/calm.ts; then the numbers of the service. */
export function splitCalm(command: usize): void {
  const stations = int(command, 1);
  const calm = int(command, 2);
  const first = int(command, 3);
  const bytes = int(command, 4);
  const work = both(num(command, 5));
  const workScv = both(num(command, 6));
  const cores = both(num(command, 7));
  const spread = both(num(command, 8));
  const lean = both(num(command, 9));
  const square = both(num(command, 10));
  const perBusy = both(num(command, 11));
  const idle = both(num(command, 12));
  const one = both(1);
  const speed = column(stations, SPEED);
  const busy = column(stations, BUSY) + first;
  const capacity = column(stations, CAPACITY) + first;
  const cpu = column(stations, CPU) + first;
  const cpuVariance = column(stations, CPU_VARIANCE) + first;
  const cpuThird = column(stations, CPU_THIRD) + first;
  const sojourn = column(stations, SOJOURN) + first;
  const variance = column(stations, VARIANCE) + first;
  const third = column(stations, THIRD) + first;
  const share = column(calm, SHARE) + first;
  const calmMean = column(calm, CALM) + first;
  const calmVariance = column(calm, CALM_VARIANCE) + first;
  const calmThird = column(calm, CALM_THIRD) + first;
  const stopShare = column(calm, STOP_SHARE) + first;
  const stopRest = column(calm, STOP_REST) + first;
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const slower = div(one, at(speed + i));
    const used = mul(sub(mul(at(busy + i), perBusy), idle), slower);
    const alone = div(mul(work, slower), mul(sub(one, used), at(capacity + i)));
    const scv = add(workScv, mul(spread, used));
    const own = mul(mul(scv, alone), alone);
    const more = sub(at(cpuVariance + i), own);
    const still = sub(one, mul(cores, slower));
    const isSplit = v128.and(f64x2.gt(still, both(0)), f64x2.gt(more, both(0)));
    const least = mul(both(LEAST_DELAY), still);
    const excess = sub(at(cpu + i), alone);
    const excess2 = mul(mul(square, excess), excess);
    const late1 = orZero(f64x2.gt(excess, both(0)), div(excess2, add(more, mul(excess, excess))));
    const isLong = f64x2.gt(excess, mul(late1, least));
    const late2 = lateShare(square, div(more, mul(least, least)));
    const late = choose(isLong, late1, late2);
    const delays = choose(isLong, excess, mul(late2, least));
    const rest = mul(both(REST_MS), still);
    const stopped = div(mul(both(STOPPED), delays), rest);
    put(stopRest + i, choose(isSplit, rest, at(stopRest + i)));
    put(stopShare + i, orZero(isSplit, choose(less(stopped, still), stopped, still)));
    const shareSplit = choose(less(late, both(MOST_LATE)), sub(one, late), both(1 - MOST_LATE));
    put(share + i, choose(isSplit, shareSplit, one));
    const mean = at(sojourn + i);
    put(calmMean + i, choose(isSplit, sub(mean, delays), mean));
    const whole = at(variance + i);
    put(calmVariance + i, choose(isSplit, sub(whole, more), whole));
    const all = at(third + i);
    const left = add(sub(all, at(cpuThird + i)), mul(mul(mul(lean, scv), own), alone));
    put(calmThird + i, choose(isSplit, left, all));
  }
}

function lateShare(c: v128, squares: v128): v128 {
  const root = sub(mul(c, c), mul(both(4), squares));
  const smaller = mul(both(0.5), sub(c, sqrt2(root)));
  return choose(f64x2.gt(root, both(0)), smaller, mul(both(0.5), c));
}
