/** Two environments at a time, in 64-bit numbers. */

export const PAIR: usize = 16;

export function at(address: usize): v128 {
  return v128.load(address);
}

export function put(address: usize, x: v128): void {
  v128.store(address, x);
}

export function both(x: f64): v128 {
  return f64x2.splat(x);
}

export function add(x: v128, y: v128): v128 {
  return f64x2.add(x, y);
}

export function sub(x: v128, y: v128): v128 {
  return f64x2.sub(x, y);
}

export function mul(x: v128, y: v128): v128 {
  return f64x2.mul(x, y);
}

export function div(x: v128, y: v128): v128 {
  return f64x2.div(x, y);
}

export function sqrt2(x: v128): v128 {
  return f64x2.sqrt(x);
}

export function less(x: v128, y: v128): v128 {
  return f64x2.lt(x, y);
}

/** x where the mask is set, otherwise y: `mask ? x : y`. */
export function choose(mask: v128, x: v128, y: v128): v128 {
  return v128.bitselect(x, y, mask);
}

/** x where the mask is set, otherwise 0. */
export function orZero(mask: v128, x: v128): v128 {
  return v128.and(x, mask);
}

/** What is above zero, otherwise 0. */
export function aboveZero(x: v128): v128 {
  return v128.and(x, f64x2.gt(x, f64x2.splat(0)));
}
