import { firstLanes, storeLanes, sumOfLanes } from "./lanes";

/** `normEpsilon` of src/nn/kernels.ts. */
const EPSILON: f32 = 1e-5;

/** y = (x - mean of the row) / deviation of the row · gains + biases, all rows of `width` numbers. */
export function normForward(x: usize, gains: usize, biases: usize, y: usize, rows: i32, width: i32): void {
  const bytes = (<usize>width) << 2;
  for (; rows > 0; rows--) {
    const mean = f32x4.splat(meanOf(x, bytes));
    const scale = f32x4.splat(scaleOf(x, bytes, mean));
    for (let at: usize = 0; at < bytes; at += 16) {
      const standard = f32x4.mul(f32x4.sub(v128.load(x + at), mean), scale);
      const value = f32x4.add(f32x4.mul(standard, v128.load(gains + at)), v128.load(biases + at));
      storeLanes(y + at, value, lanesAt(bytes, at));
    }
    x += bytes;
    y += bytes;
  }
}

/** Adds to the gradients of gains and biases, and overwrites xGradient. */
export function normBackward(
  x: usize,
  gains: usize,
  gainGradient: usize,
  biasGradient: usize,
  yGradient: usize,
  xGradient: usize,
  rows: i32,
  width: i32,
): void {
  const bytes = (<usize>width) << 2;
  for (; rows > 0; rows--) {
    rowBackward(x, gains, gainGradient, biasGradient, yGradient, xGradient, bytes);
    x += bytes;
    yGradient += bytes;
    xGradient += bytes;
  }
}

function rowBackward(
  x: usize,
  gains: usize,
  gainGradient: usize,
  biasGradient: usize,
  yGradient: usize,
  xGradient: usize,
  bytes: usize,
): void {
  const mean = f32x4.splat(meanOf(x, bytes));
  const scale = f32x4.splat(scaleOf(x, bytes, mean));
  const perWidth = <f32>1 / <f32>(bytes >> 2);
  let sum = f32x4.splat(0);
  let along = sum;
  for (let at: usize = 0; at < bytes; at += 16) {
    const lanes = lanesAt(bytes, at);
    const dy = v128.load(yGradient + at);
    const standard = f32x4.mul(f32x4.sub(v128.load(x + at), mean), scale);
    const d = f32x4.mul(dy, v128.load(gains + at));
    const byGain = f32x4.mul(dy, standard);
    storeLanes(gainGradient + at, f32x4.add(v128.load(gainGradient + at), byGain), lanes);
    storeLanes(biasGradient + at, f32x4.add(v128.load(biasGradient + at), dy), lanes);
    const within = firstLanes(bytes - at);
    sum = f32x4.add(sum, v128.and(d, within));
    along = f32x4.add(along, v128.and(f32x4.mul(d, standard), within));
  }
  const ofMean = f32x4.splat(sumOfLanes(sum) * perWidth);
  const ofDeviation = f32x4.splat(sumOfLanes(along) * perWidth);
  for (let at: usize = 0; at < bytes; at += 16) {
    const standard = f32x4.mul(f32x4.sub(v128.load(x + at), mean), scale);
    const d = f32x4.mul(v128.load(yGradient + at), v128.load(gains + at));
    const rest = f32x4.sub(f32x4.sub(d, ofMean), f32x4.mul(standard, ofDeviation));
    storeLanes(xGradient + at, f32x4.mul(rest, scale), lanesAt(bytes, at));
  }
}

function lanesAt(bytes: usize, at: usize): i32 {
  return <i32>((bytes - at) >> 2);
}

function meanOf(x: usize, bytes: usize): f32 {
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16)
    sum = f32x4.add(sum, v128.and(v128.load(x + at), firstLanes(bytes - at)));
  return sumOfLanes(sum) / <f32>(bytes >> 2);
}

/** 1 / deviation */
function scaleOf(x: usize, bytes: usize, mean: v128): f32 {
  let squares = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const off = v128.and(f32x4.sub(v128.load(x + at), mean), firstLanes(bytes - at));
    squares = f32x4.add(squares, f32x4.mul(off, off));
  }
  return <f32>1 / sqrt<f32>(sumOfLanes(squares) / <f32>(bytes >> 2) + EPSILON);
}
