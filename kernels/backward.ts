import { ADD, OVERWRITE, OVERWRITE_BY_SLOPE, product } from "./product";

/** Rows on which everything is done while they are in the first cache. */
const BLOCK = 32;

const one = memory.data<f32>([1]);

/**
 * Adds to wGradient [fanOut][fanIn] and bGradient [fanOut], and overwrites xGradient [rows][fanIn] unless it is 0.
 *
 * @param yGradient  by the layer's sums, [rows][fanOut]
 * @param isTanhBelow  whether xGradient is by the sums whose tanh is x, or by x itself
 */
export function denseBackward(
  x: usize,
  w: usize,
  wGradient: usize,
  bGradient: usize,
  yGradient: usize,
  xGradient: usize,
  rows: i32,
  fanIn: i32,
  fanOut: i32,
  isTanhBelow: bool,
): void {
  const rowIn = (<usize>fanIn) << 2;
  const rowOut = (<usize>fanOut) << 2;
  const mode = isTanhBelow ? OVERWRITE_BY_SLOPE : OVERWRITE;
  while (rows > 0) {
    const block = min(rows, BLOCK);
    product(one, 0, 0, yGradient, rowOut, bGradient, 0, 0, 1, fanOut, block, ADD);
    product(yGradient, 4, rowOut, x, rowIn, wGradient, rowIn, 0, fanOut, fanIn, block, ADD);
    if (xGradient != 0) {
      product(yGradient, rowOut, 4, w, rowIn, xGradient, rowIn, x, block, fanIn, fanOut, mode);
      xGradient += <usize>block * rowIn;
    }
    x += <usize>block * rowIn;
    yGradient += <usize>block * rowOut;
    rows -= block;
  }
}
