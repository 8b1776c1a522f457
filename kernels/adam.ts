import { storeLanes } from "./lanes";

/**
 * One step of Adam on `count` numbers.
 *
 * @param first     the first moments; the second ones lie right behind them
 * @param scale     the gradient is multiplied by it first
 * @param firstCorrection, secondCorrection  1 / (1 - betaᵗ)
 */
export function adam(
  p: usize,
  g: usize,
  first: usize,
  count: i32,
  scale: f32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  firstCorrection: f32,
  secondCorrection: f32,
  epsilon: f32,
  rate: f32,
): void {
  let second = first + ((<usize>count) << 2);
  for (; count > 0; count -= 4) {
    const lanes = min(count, 4);
    const d = f32x4.mul(v128.load(g), f32x4.splat(scale));
    const m = f32x4.add(f32x4.mul(f32x4.splat(beta1), v128.load(first)), f32x4.mul(f32x4.splat(rest1), d));
    const squared = f32x4.mul(f32x4.mul(f32x4.splat(rest2), d), d);
    const v = f32x4.add(f32x4.mul(f32x4.splat(beta2), v128.load(second)), squared);
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(v, f32x4.splat(secondCorrection))), f32x4.splat(epsilon));
    const change = f32x4.div(f32x4.mul(m, f32x4.splat(firstCorrection)), root);
    storeLanes(first, m, lanes);
    storeLanes(second, v, lanes);
    storeLanes(p, f32x4.sub(v128.load(p), f32x4.mul(f32x4.splat(rate), change)), lanes);
    p += 16;
    g += 16;
    first += 16;
    second += 16;
  }
}
