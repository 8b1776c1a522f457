import { loadLanes } from "./lanes";
import { tanhAll } from "./tanh";

/**
 * y[rows][fanOut] = activation(x[rows][fanIn] · wᵀ + b), w being [fanOut][fanIn].
 *
 * Every sum is made in one order, whatever tile it is in: a vector of four sums over each fourth input, the inputs that
 * do not fill a vector first; then (first + third) + (second + fourth); then the bias. So a row gives the same bits in
 * any batch.
 */
export function denseForward(
  x: usize,
  w: usize,
  b: usize,
  y: usize,
  rows: i32,
  fanIn: i32,
  fanOut: i32,
  isTanh: bool,
): void {
  const rowIn = (<usize>fanIn) << 2;
  const rowOut = (<usize>fanOut) << 2;
  for (; rows >= 2; rows -= 2) {
    forwardTwoRows(x, w, b, y, rowIn, rowOut);
    if (isTanh) tanhAll(y, fanOut << 1);
    x += rowIn << 1;
    y += rowOut << 1;
  }
  if (rows > 0) {
    forwardRow(x, w, b, y, rowIn, rowOut);
    if (isTanh) tanhAll(y, fanOut);
  }
}

function forwardTwoRows(x: usize, w: usize, b: usize, y: usize, rowIn: usize, rowOut: usize): void {
  let o: usize = 0;
  for (; o + 16 <= rowOut; o += 16) {
    forwardTwoByFour(x, w, b + o, y + o, rowIn, rowOut);
    w += rowIn << 2;
  }
  for (; o < rowOut; o += 4) {
    forwardOne(x, w, b + o, y + o, rowIn);
    forwardOne(x + rowIn, w, b + o, y + o + rowOut, rowIn);
    w += rowIn;
  }
}

function forwardRow(x: usize, w: usize, b: usize, y: usize, rowIn: usize, rowOut: usize): void {
  let o: usize = 0;
  for (; o + 16 <= rowOut; o += 16) {
    forwardFour(x, w, b + o, y + o, rowIn);
    w += rowIn << 2;
  }
  for (; o < rowOut; o += 4) {
    forwardOne(x, w, b + o, y + o, rowIn);
    w += rowIn;
  }
}

/** Two rows by four outputs: eight vectors of sums stay in registers. */
function forwardTwoByFour(x0: usize, w0: usize, b: usize, y: usize, rowIn: usize, rowOut: usize): void {
  let x1 = x0 + rowIn;
  let w1 = w0 + rowIn;
  let w2 = w1 + rowIn;
  let w3 = w2 + rowIn;
  const end = x0 + (rowIn & ~15);
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let c0 = a0;
  let c1 = a0;
  let c2 = a0;
  let c3 = a0;
  const rest = rowIn & 15;
  if (rest != 0) {
    const full = rowIn - rest;
    const p = loadLanes(x0 + full, rest);
    const q = loadLanes(x1 + full, rest);
    const v0 = loadLanes(w0 + full, rest);
    const v1 = loadLanes(w1 + full, rest);
    const v2 = loadLanes(w2 + full, rest);
    const v3 = loadLanes(w3 + full, rest);
    a0 = f32x4.mul(p, v0);
    a1 = f32x4.mul(p, v1);
    a2 = f32x4.mul(p, v2);
    a3 = f32x4.mul(p, v3);
    c0 = f32x4.mul(q, v0);
    c1 = f32x4.mul(q, v1);
    c2 = f32x4.mul(q, v2);
    c3 = f32x4.mul(q, v3);
  }
  while (x0 < end) {
    const p = v128.load(x0);
    const q = v128.load(x1);
    const v0 = v128.load(w0);
    a0 = f32x4.add(a0, f32x4.mul(p, v0));
    c0 = f32x4.add(c0, f32x4.mul(q, v0));
    const v1 = v128.load(w1);
    a1 = f32x4.add(a1, f32x4.mul(p, v1));
    c1 = f32x4.add(c1, f32x4.mul(q, v1));
    const v2 = v128.load(w2);
    a2 = f32x4.add(a2, f32x4.mul(p, v2));
    c2 = f32x4.add(c2, f32x4.mul(q, v2));
    const v3 = v128.load(w3);
    a3 = f32x4.add(a3, f32x4.mul(p, v3));
    c3 = f32x4.add(c3, f32x4.mul(q, v3));
    x0 += 16;
    x1 += 16;
    w0 += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
  }
  const bias = v128.load(b);
  v128.store(y, f32x4.add(foldFour(a0, a1, a2, a3), bias));
  v128.store(y + rowOut, f32x4.add(foldFour(c0, c1, c2, c3), bias));
}

/** One row by four outputs. */
function forwardFour(x: usize, w0: usize, b: usize, y: usize, rowIn: usize): void {
  let w1 = w0 + rowIn;
  let w2 = w1 + rowIn;
  let w3 = w2 + rowIn;
  const end = x + (rowIn & ~15);
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  const rest = rowIn & 15;
  if (rest != 0) {
    const full = rowIn - rest;
    const p = loadLanes(x + full, rest);
    a0 = f32x4.mul(p, loadLanes(w0 + full, rest));
    a1 = f32x4.mul(p, loadLanes(w1 + full, rest));
    a2 = f32x4.mul(p, loadLanes(w2 + full, rest));
    a3 = f32x4.mul(p, loadLanes(w3 + full, rest));
  }
  while (x < end) {
    const p = v128.load(x);
    a0 = f32x4.add(a0, f32x4.mul(p, v128.load(w0)));
    a1 = f32x4.add(a1, f32x4.mul(p, v128.load(w1)));
    a2 = f32x4.add(a2, f32x4.mul(p, v128.load(w2)));
    a3 = f32x4.add(a3, f32x4.mul(p, v128.load(w3)));
    x += 16;
    w0 += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
  }
  v128.store(y, f32x4.add(foldFour(a0, a1, a2, a3), v128.load(b)));
}

function forwardOne(x: usize, w: usize, b: usize, y: usize, rowIn: usize): void {
  const end = x + (rowIn & ~15);
  let sum = f32x4.splat(0);
  const rest = rowIn & 15;
  if (rest != 0) {
    const full = rowIn - rest;
    sum = f32x4.mul(loadLanes(x + full, rest), loadLanes(w + full, rest));
  }
  for (; x < end; x += 16) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(x), v128.load(w)));
    w += 16;
  }
  const even = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 2);
  const odd = f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 3);
  store<f32>(y, even + odd + load<f32>(b));
}

/** The sums of the lanes of four vectors. */
function foldFour(a: v128, b: v128, c: v128, d: v128): v128 {
  const low = f32x4.add(f32x4.shuffle(a, b, 0, 4, 1, 5), f32x4.shuffle(a, b, 2, 6, 3, 7));
  const high = f32x4.add(f32x4.shuffle(c, d, 0, 4, 1, 5), f32x4.shuffle(c, d, 2, 6, 3, 7));
  return f32x4.add(f32x4.shuffle(low, high, 0, 1, 4, 5), f32x4.shuffle(low, high, 2, 3, 6, 7));
}
