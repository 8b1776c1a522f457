import { column } from "./command";
import { add, both, choose, div, mul, orZero, sqrt2, sub } from "./simd";

/** Tables, by their place in the directory that src/twin/fluid/tail-tables.ts makes. */
const SPREADS = 0;
const SCALES = 1;
const INVERSE = 2;
const LOGARITHM = 3;
const UPPER_TAIL = 4;

const LAST_SHAPE = 1023;
const LAST_CELL = 2047;
const LN2 = 0.6931471805599453;

/** Two values of a table, at two cells. */
function look(table: usize, first: i32, second: i32): v128 {
  return v128.load64_lane(table + ((<usize>second) << 3), v128.load64_zero(table + ((<usize>first) << 3)), 1);
}

/** Between two cells and those behind them. */
function between(table: usize, first: i32, second: i32, part: v128): v128 {
  const low = look(table, first, second);
  return add(low, mul(sub(look(table + 8, first, second), low), part));
}

/** Numbers of cells as numbers. */
function asNumbers(first: i32, second: i32): v128 {
  return f64x2.convert_low_i32x4_s(i32x4.replace_lane(i32x4.splat(first), 1, second));
}

function log2(tables: usize, x: v128): v128 {
  const fraction = v128.and(x, i64x2.splat(0xfffffffffffff));
  const slices = i64x2.shr_u(fraction, 44);
  const first = <i32>i64x2.extract_lane(slices, 0);
  const second = <i32>i64x2.extract_lane(slices, 1);
  const mantissa = v128.or(fraction, i64x2.splat(0x3ff0000000000000));
  const r = sub(mul(mantissa, look(column(tables, INVERSE), first, second)), both(1));
  const inner = sub(both(1.0 / 3.0), mul(r, both(0.25)));
  const series = mul(r, sub(both(1), mul(r, sub(both(0.5), mul(r, inner)))));
  const exponents = i64x2.shr_s(x, 52);
  const powers = asNumbers(<i32>i64x2.extract_lane(exponents, 0) - 1023, <i32>i64x2.extract_lane(exponents, 1) - 1023);
  const logarithm = look(column(tables, LOGARITHM), first, second);
  return add(add(mul(powers, both(LN2)), logarithm), series);
}

/** P(Z > z) of a standard normal, as src/twin/fluid/normal-tail.ts. */
function normalTail(tables: usize, z: v128): v128 {
  const x = mul(add(z, both(8)), both(128));
  const cells = i32x4.min_s(i32x4.max_s(i32x4.trunc_sat_f64x2_s_zero(x), i32x4.splat(0)), i32x4.splat(LAST_CELL));
  const first = i32x4.extract_lane(cells, 0);
  const second = i32x4.extract_lane(cells, 1);
  const part = sub(x, f64x2.convert_low_i32x4_s(cells));
  const inside = between(column(tables, UPPER_TAIL), first, second, part);
  const low = choose(f64x2.le(z, both(-8)), both(1), inside);
  return v128.andnot(low, f64x2.ge(z, both(8)));
}

/** P(X > limit) of the shifted lognormals of two means, variances and third moments, as src/twin/fluid/latency-tail.ts. */
export function upperTail(tables: usize, mean: v128, variance: v128, third: v128, limit: v128): v128 {
  const one = both(1);
  const isSharp = f64x2.le(variance, mul(mul(both(1e-9), mean), mean));
  const sharp = v128.and(one, f64x2.gt(mean, limit));
  if (i64x2.all_true(isSharp)) return sharp;
  const sd = sqrt2(variance);
  const g = orZero(f64x2.gt(third, both(0)), div(third, mul(variance, sd)));
  const x = mul(div(g, add(one, g)), both(1024));
  const isInside = f64x2.lt(x, both(LAST_SHAPE));
  const cells = v128.bitselect(f64x2.convert_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(x)), both(LAST_SHAPE), isInside);
  const whole = i32x4.trunc_sat_f64x2_s_zero(cells);
  const first = i32x4.extract_lane(whole, 0);
  const second = i32x4.extract_lane(whole, 1);
  const part = sub(x, cells);
  const scale = between(column(tables, SCALES), first, second, part);
  const spread = between(column(tables, SPREADS), first, second, part);
  const reached = add(one, div(sub(limit, mean), mul(sd, scale)));
  const isReached = f64x2.le(reached, both(0));
  const z = add(div(log2(tables, reached), spread), mul(both(0.5), spread));
  const tail = choose(isReached, one, normalTail(tables, z));
  return choose(isSharp, sharp, tail);
}
