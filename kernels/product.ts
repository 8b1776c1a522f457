import { storeLanes } from "./lanes";

/** How a product is left in memory. */
export const ADD: i32 = 0;
export const OVERWRITE: i32 = 1;
/** Overwrites with the product times 1 - y², the slope of tanh where its value is y: y lies as the product does. */
export const OVERWRITE_BY_SLOPE: i32 = 2;

/**
 * c[height][width] from sum over k < depth of a[h][k] · b[k][w]: vectors along w, so that no lane ever meets another
 * and lanes beyond a row do no harm. Strides are in bytes; c (and y) have rows of cRow bytes.
 *
 * @param aRow   from a[h][k] to a[h + 1][k]
 * @param aStep  from a[h][k] to a[h][k + 1]
 */
export function product(
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  y: usize,
  height: i32,
  width: i32,
  depth: i32,
  mode: i32,
): void {
  for (; height >= 4; height -= 4) {
    let w = 0;
    for (; w + 8 <= width; w += 8) {
      const at = (<usize>w) << 2;
      fourByTwo(a, aRow, aStep, b + at, bStep, c + at, cRow, y + at, depth, mode);
    }
    for (; w < width; w += 4) {
      const at = (<usize>w) << 2;
      fourByOne(a, aRow, aStep, b + at, bStep, c + at, cRow, y + at, depth, mode, min(4, width - w));
    }
    a += aRow << 2;
    c += cRow << 2;
    y += cRow << 2;
  }
  for (; height > 0; height--) {
    let w = 0;
    for (; w + 16 <= width; w += 16) {
      const at = (<usize>w) << 2;
      oneByFour(a, aStep, b + at, bStep, c + at, y + at, depth, mode);
    }
    for (; w < width; w += 4) {
      const at = (<usize>w) << 2;
      oneByOne(a, aStep, b + at, bStep, c + at, y + at, depth, mode, min(4, width - w));
    }
    a += aRow;
    c += cRow;
    y += cRow;
  }
}

/** Four rows by two vectors: eight vectors of sums stay in registers. */
function fourByTwo(
  a0: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  y: usize,
  depth: i32,
  mode: i32,
): void {
  let a1 = a0 + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  let p0 = f32x4.splat(0);
  let p1 = p0;
  let p2 = p0;
  let p3 = p0;
  let q0 = p0;
  let q1 = p0;
  let q2 = p0;
  let q3 = p0;
  for (; depth > 0; depth--) {
    const u = v128.load(b);
    const v = v128.load(b, 16);
    const s0 = v128.load32_splat(a0);
    p0 = f32x4.add(p0, f32x4.mul(s0, u));
    q0 = f32x4.add(q0, f32x4.mul(s0, v));
    const s1 = v128.load32_splat(a1);
    p1 = f32x4.add(p1, f32x4.mul(s1, u));
    q1 = f32x4.add(q1, f32x4.mul(s1, v));
    const s2 = v128.load32_splat(a2);
    p2 = f32x4.add(p2, f32x4.mul(s2, u));
    q2 = f32x4.add(q2, f32x4.mul(s2, v));
    const s3 = v128.load32_splat(a3);
    p3 = f32x4.add(p3, f32x4.mul(s3, u));
    q3 = f32x4.add(q3, f32x4.mul(s3, v));
    b += bStep;
    a0 += aStep;
    a1 += aStep;
    a2 += aStep;
    a3 += aStep;
  }
  leave(c, y, p0, mode, 4);
  leave(c + 16, y + 16, q0, mode, 4);
  c += cRow;
  y += cRow;
  leave(c, y, p1, mode, 4);
  leave(c + 16, y + 16, q1, mode, 4);
  c += cRow;
  y += cRow;
  leave(c, y, p2, mode, 4);
  leave(c + 16, y + 16, q2, mode, 4);
  c += cRow;
  y += cRow;
  leave(c, y, p3, mode, 4);
  leave(c + 16, y + 16, q3, mode, 4);
}

/** Four rows by one vector, of which `lanes` lanes count. */
function fourByOne(
  a0: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  y: usize,
  depth: i32,
  mode: i32,
  lanes: i32,
): void {
  let a1 = a0 + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  let p0 = f32x4.splat(0);
  let p1 = p0;
  let p2 = p0;
  let p3 = p0;
  for (; depth > 0; depth--) {
    const u = v128.load(b);
    p0 = f32x4.add(p0, f32x4.mul(v128.load32_splat(a0), u));
    p1 = f32x4.add(p1, f32x4.mul(v128.load32_splat(a1), u));
    p2 = f32x4.add(p2, f32x4.mul(v128.load32_splat(a2), u));
    p3 = f32x4.add(p3, f32x4.mul(v128.load32_splat(a3), u));
    b += bStep;
    a0 += aStep;
    a1 += aStep;
    a2 += aStep;
    a3 += aStep;
  }
  leave(c, y, p0, mode, lanes);
  leave(c + cRow, y + cRow, p1, mode, lanes);
  c += cRow << 1;
  y += cRow << 1;
  leave(c, y, p2, mode, lanes);
  leave(c + cRow, y + cRow, p3, mode, lanes);
}

/** One row by four vectors. */
function oneByFour(a: usize, aStep: usize, b: usize, bStep: usize, c: usize, y: usize, depth: i32, mode: i32): void {
  let p = f32x4.splat(0);
  let q = p;
  let r = p;
  let s = p;
  for (; depth > 0; depth--) {
    const v = v128.load32_splat(a);
    p = f32x4.add(p, f32x4.mul(v, v128.load(b)));
    q = f32x4.add(q, f32x4.mul(v, v128.load(b, 16)));
    r = f32x4.add(r, f32x4.mul(v, v128.load(b, 32)));
    s = f32x4.add(s, f32x4.mul(v, v128.load(b, 48)));
    a += aStep;
    b += bStep;
  }
  leave(c, y, p, mode, 4);
  leave(c + 16, y + 16, q, mode, 4);
  leave(c + 32, y + 32, r, mode, 4);
  leave(c + 48, y + 48, s, mode, 4);
}

/** One row by one vector, of which `lanes` lanes count. */
function oneByOne(
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  y: usize,
  depth: i32,
  mode: i32,
  lanes: i32,
): void {
  let sum = f32x4.splat(0);
  for (; depth > 0; depth--) {
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(a), v128.load(b)));
    a += aStep;
    b += bStep;
  }
  leave(c, y, sum, mode, lanes);
}

function leave(c: usize, y: usize, sum: v128, mode: i32, lanes: i32): void {
  if (mode == ADD) {
    sum = f32x4.add(v128.load(c), sum);
  } else if (mode == OVERWRITE_BY_SLOPE) {
    const value = v128.load(y);
    sum = f32x4.mul(sum, f32x4.sub(f32x4.splat(1), f32x4.mul(value, value)));
  }
  storeLanes(c, sum, lanes);
}
