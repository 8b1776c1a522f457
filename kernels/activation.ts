import { storeLanes } from "./lanes";
import { logisticOf, tanhOf } from "./tanh";

/** The numbers of `nonlinearities` in src/nn/wasm.ts. */
const TANH: i32 = 1;
const RELU: i32 = 2;

/** y[k] = f(x[k]) for k < count; kinds: 1 tanh, 2 relu, 3 silu. */
export function activateForward(kind: i32, x: usize, y: usize, count: i32): void {
  for (; count > 0; count -= 4) {
    storeLanes(y, valueOf(kind, v128.load(x)), min(count, 4));
    x += 16;
    y += 16;
  }
}

/** xGradient[k] = yGradient[k] · slope of f at x[k], for k < count. */
export function activateBackward(kind: i32, x: usize, yGradient: usize, xGradient: usize, count: i32): void {
  for (; count > 0; count -= 4) {
    storeLanes(xGradient, f32x4.mul(v128.load(yGradient), slopeOf(kind, v128.load(x))), min(count, 4));
    x += 16;
    yGradient += 16;
    xGradient += 16;
  }
}

function valueOf(kind: i32, x: v128): v128 {
  if (kind == TANH) return tanhOf(x);
  if (kind == RELU) return f32x4.max(x, f32x4.splat(0));
  return f32x4.mul(x, logisticOf(x));
}

function slopeOf(kind: i32, x: v128): v128 {
  const one = f32x4.splat(1);
  if (kind == TANH) {
    const y = tanhOf(x);
    return f32x4.sub(one, f32x4.mul(y, y));
  }
  if (kind == RELU) return v128.and(one, f32x4.gt(x, f32x4.splat(0)));
  const share = logisticOf(x);
  return f32x4.mul(share, f32x4.add(one, f32x4.mul(x, f32x4.sub(one, share))));
}
