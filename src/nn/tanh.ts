/**
 * tanh, to 3e-7. The same bits on every engine, which `Math.tanh` does not promise, and several times faster.
 *
 * @source Eigen, ptanh_float: rational function of degree 13 / 6, argument clamped
 */
export function tanh(x: number): number {
  const c = x > 7.905311 ? 7.905311 : x < -7.905311 ? -7.905311 : x;
  const s = c * c;
  let p = s * -2.76076847742355e-16 + 2.00018790482477e-13;
  p = p * s - 8.60467152213735e-11;
  p = p * s + 5.12229709037114e-8;
  p = p * s + 1.48572235717979e-5;
  p = p * s + 6.37261928875436e-4;
  p = p * s + 4.89352455891786e-3;
  let q = s * 1.19825839466702e-6 + 1.18534705686654e-4;
  q = q * s + 2.268434632439e-3;
  q = q * s + 4.89352518554385e-3;
  return (c * p) / q;
}

/** The logistic function 1 / (1 + e⁻ˣ), to 2e-7. */
export function logistic(x: number): number {
  return 0.5 + 0.5 * tanh(0.5 * x);
}
