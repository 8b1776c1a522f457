import { storeLanes } from "./lanes";

/** Largest argument, then the numerator's and the denominator's coefficients, highest power first. */
const table = memory.data<f32>([
  7.905311, -7.905311, -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8,
  1.48572235717979e-5, 6.37261928875436e-4, 4.89352455891786e-3, 1.19825839466702e-6, 1.18534705686654e-4,
  2.268434632439e-3, 4.89352518554385e-3,
]);

/**
 * Overwrites `count` numbers with their tanh, to 4e-7.
 *
 * @source Eigen, ptanh_float: rational function of degree 13 / 6, argument clamped
 */
export function tanhAll(at: usize, count: i32): void {
  const end = at + ((<usize>(count & ~3)) << 2);
  for (; at < end; at += 16) v128.store(at, tanhOf(v128.load(at)));
  const rest = count & 3;
  if (rest != 0) storeLanes(at, tanhOf(v128.load(at)), rest);
}

/** Coefficients come from memory: engines put a constant together anew at each use, which takes longer. */
export function tanhOf(x: v128): v128 {
  const c = f32x4.pmax(f32x4.pmin(x, v128.load32_splat(table)), v128.load32_splat(table, 4));
  const s = f32x4.mul(c, c);
  let p = f32x4.add(f32x4.mul(s, v128.load32_splat(table, 8)), v128.load32_splat(table, 12));
  p = f32x4.add(f32x4.mul(p, s), v128.load32_splat(table, 16));
  p = f32x4.add(f32x4.mul(p, s), v128.load32_splat(table, 20));
  p = f32x4.add(f32x4.mul(p, s), v128.load32_splat(table, 24));
  p = f32x4.add(f32x4.mul(p, s), v128.load32_splat(table, 28));
  p = f32x4.add(f32x4.mul(p, s), v128.load32_splat(table, 32));
  let q = f32x4.add(f32x4.mul(s, v128.load32_splat(table, 36)), v128.load32_splat(table, 40));
  q = f32x4.add(f32x4.mul(q, s), v128.load32_splat(table, 44));
  q = f32x4.add(f32x4.mul(q, s), v128.load32_splat(table, 48));
  return f32x4.div(f32x4.mul(c, p), q);
}

/** The logistic function, to 2e-7. */
export function logisticOf(x: v128): v128 {
  const half = f32x4.splat(0.5);
  return f32x4.add(half, f32x4.mul(half, tanhOf(f32x4.mul(half, x))));
}
