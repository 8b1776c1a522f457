import { add, both, choose, div, less, mul, sqrt2, sub } from "./simd";

/** As src/twin/fluid/hump.ts and hump-columns.ts, two environments at a time. */

/** Third central moment of what is `mean`, `variance`, `third` with a probability and nothing otherwise. */
export function thirdOf(probability: v128, mean: v128, variance: v128, third: v128): v128 {
  const rest = sub(both(1), probability);
  const square = mul(mul(mul(both(3), rest), mean), variance);
  const cube = mul(mul(mul(mul(rest, sub(both(1), mul(both(2), probability))), mean), mean), mean);
  return mul(probability, add(add(third, square), cube));
}

/** Variance of the same: probability (variance + (1 - probability) mean²). */
export function varianceOf(probability: v128, mean: v128, variance: v128): v128 {
  return mul(probability, add(variance, mul(mul(sub(both(1), probability), mean), mean)));
}

export function restVariance(whole: v128, share: v128, part: v128, below: v128, above: v128, mean: v128): v128 {
  const known = mul(share, add(part, mul(below, below)));
  const left = sub(div(sub(whole, known), sub(both(1), share)), mul(above, above));
  const least = mul(mul(both(0.005), mean), mean);
  return choose(f64x2.gt(left, least), left, least);
}

/** @param partVariance of the part, @param variance of the rest */
export function restThird(
  whole: v128,
  share: v128,
  part: v128,
  partVariance: v128,
  below: v128,
  above: v128,
  variance: v128,
): v128 {
  const known = mul(share, add(part, mul(below, add(mul(both(3), partVariance), mul(below, below)))));
  const far = mul(above, add(mul(both(3), variance), mul(above, above)));
  const left = sub(div(sub(whole, known), sub(both(1), share)), far);
  const least = mul(mul(both(0.1), variance), sqrt2(variance));
  return choose(f64x2.gt(left, least), left, least);
}

export function skewnessOf(variance: v128, third: v128): v128 {
  return v128.and(div(third, mul(variance, sqrt2(variance))), f64x2.gt(variance, both(0)));
}

/** Third moment about zero. */
export function cubeOf(mean: v128, square: v128, variance: v128, third: v128): v128 {
  return add(third, mul(mean, add(mul(both(3), variance), square)));
}

/** Of the longer of two times: mean, second and third moment about zero; as `addLonger`. */
export let longerFirst: v128 = i64x2(0, 0);
export let longerSecond: v128 = i64x2(0, 0);
export let longerThird: v128 = i64x2(0, 0);

export function longer(m1: v128, v1: v128, s1: v128, m2: v128, v2: v128, s2: v128): void {
  const one = both(1);
  const half = both(0.5);
  const d = sub(m1, m2);
  const mid = mul(half, add(v1, v2));
  const apart = sqrt2(add(mul(d, d), mid));
  const r = v128.and(div(d, apart), f64x2.gt(apart, both(0)));
  const even = sub(one, mul(r, r));
  const sum = add(m1, m2);
  const mean = mul(half, add(sum, apart));
  let squares = add(mul(m1, m1), mul(m2, m2));
  squares = add(squares, mul(apart, sum));
  squares = add(squares, mul(r, sub(v1, v2)));
  squares = add(squares, mul(even, mid));
  const square = add(mid, mul(half, squares));
  const meanSquare = mul(mean, mean);
  const spread = v128.and(sub(square, meanSquare), f64x2.gt(square, meanSquare));
  const leans = mul(half, add(mul(add(one, r), s1), mul(sub(one, r), s2)));
  const lean = mul(leans, sub(one, mul(both(0.195), even)));
  longerFirst = mean;
  longerSecond = add(spread, meanSquare);
  const own = mul(mul(lean, spread), sqrt2(spread));
  longerThird = add(own, mul(mean, add(mul(both(3), spread), meanSquare)));
}
