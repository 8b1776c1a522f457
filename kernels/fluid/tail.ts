import { column } from "./command";
import { PAIR, add, at, both, choose, div, mul, orZero, put, sqrt2, sub } from "./simd";

/** Tables of src/twin/fluid/tail-tables.ts and rows to work in, by their place in a directory. */
const SPREADS: usize = 0;
const SCALES: usize = 1;
const LOGARITHM: usize = 2;
const UPPER_TAIL: usize = 3;
const SPREAD_ROW: usize = 4;
/** The first of those for whoever asks for tails. */
export const WORK_ROWS: usize = 5;

const LAST_SHAPE: f64 = 1023;
const LAST_CELL: f64 = 2047;
const LN2: f64 = 0.6931471805599453;
/** Added to a whole number below 2^32 it leaves that in the lowest bits. */
const WHOLE: f64 = 4503599627370496;

/** Two numbers that stand side by side, at the cell of the first or the second environment; cells are whole numbers. */
function look(table: usize, cells: v128, lane: i32): v128 {
  const bits = add(cells, both(WHOLE));
  const cell = lane == 0 ? <u32>i64x2.extract_lane(bits, 0) : <u32>i64x2.extract_lane(bits, 1);
  return v128.load(table + ((<usize>cell) << 3));
}

/** Between two cells and those behind them. */
function between(table: usize, cells: v128, part: v128): v128 {
  const first = look(table, cells, 0);
  const second = look(table, cells, 1);
  const low = v128.shuffle<f64>(first, second, 0, 2);
  return add(low, mul(sub(v128.shuffle<f64>(first, second, 1, 3), low), part));
}

/** As src/twin/fluid/quick-log.ts. @param table  1 / the middle of a slice and its logarithm, slice by slice */
function log2(table: usize, x: v128): v128 {
  const fraction = v128.and(x, i64x2.splat(0xfffffffffffff));
  const slices = i64x2.shr_u(fraction, 44);
  const first = v128.load(table + ((<usize>i64x2.extract_lane(slices, 0)) << 4));
  const second = v128.load(table + ((<usize>i64x2.extract_lane(slices, 1)) << 4));
  const mantissa = v128.or(fraction, i64x2.splat(0x3ff0000000000000));
  const r = sub(mul(mantissa, v128.shuffle<f64>(first, second, 0, 2)), both(1));
  const inner = sub(both(1.0 / 3.0), mul(r, both(0.25)));
  const series = mul(r, sub(both(1), mul(r, sub(both(0.5), mul(r, inner)))));
  const exponents = i64x2.sub(i64x2.shr_s(x, 52), i64x2.splat(1023));
  const powers = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(exponents, exponents, 0, 2, 0, 2));
  return add(add(mul(powers, both(LN2)), v128.shuffle<f64>(first, second, 1, 3)), series);
}

/** P(Z > z) of a standard normal, as src/twin/fluid/normal-tail.ts. */
function normalTail(table: usize, z: v128): v128 {
  const x = mul(add(z, both(8)), both(128));
  const cells = f64x2.pmin(both(LAST_CELL), f64x2.pmax(both(0), f64x2.floor(x)));
  const inside = between(table, cells, sub(x, cells));
  const low = choose(f64x2.le(z, both(-8)), both(1), inside);
  return v128.andnot(low, f64x2.ge(z, both(8)));
}

/** So far from the middle that nobody, or everybody, is beyond it. */
const SURE: f64 = 100;

/**
 * P(X > limit) of shifted lognormals with these rows of means, variances and third moments, as
 * src/twin/fluid/latency-tail.ts. In three passes: each step waits long for the one before, but not for the row.
 */
export function upperTails(
  tails: usize,
  bytes: usize,
  mean: usize,
  variance: usize,
  third: usize,
  limit: v128,
  out: usize,
): void {
  const spreads = column(tails, SPREAD_ROW);
  reach(tails, bytes, mean, variance, third, limit, out);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const spread = at(spreads + i);
    const reached = at(out + i);
    const z = add(div(log2(column(tails, LOGARITHM), reached), spread), mul(both(0.5), spread));
    const own = at(variance + i);
    const middle = at(mean + i);
    const isSharp = f64x2.le(own, mul(mul(both(1e-9), middle), middle));
    const sharp = choose(f64x2.gt(middle, limit), both(-SURE), both(SURE));
    put(out + i, choose(isSharp, sharp, choose(f64x2.le(reached, both(0)), both(-SURE), z)));
  }
  for (let i: usize = 0; i < bytes; i += PAIR) put(out + i, normalTail(column(tails, UPPER_TAIL), at(out + i)));
}

/** From where the distributions begin to the limit, in units of their means from there. */
function reach(tails: usize, bytes: usize, mean: usize, variance: usize, third: usize, limit: v128, out: usize): void {
  const one = both(1);
  const spreads = column(tails, SPREAD_ROW);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    const own = at(variance + i);
    const lean = at(third + i);
    const sd = sqrt2(own);
    const g = orZero(f64x2.gt(lean, both(0)), div(lean, mul(own, sd)));
    const x = mul(div(g, add(one, g)), both(1024));
    const cells = f64x2.pmin(both(LAST_SHAPE), f64x2.floor(x));
    const part = sub(x, cells);
    const scale = between(column(tails, SCALES), cells, part);
    put(spreads + i, between(column(tails, SPREADS), cells, part));
    put(out + i, add(one, div(sub(limit, at(mean + i)), mul(sd, scale))));
  }
}
