/** The first `bytes` (4, 8 or 12) of a vector, zero in the other lanes. Reads, but ignores, the bytes behind them. */
export function loadLanes(at: usize, bytes: usize): v128 {
  const lanes = i32x4.splat(<i32>(bytes >> 2));
  return v128.and(v128.load(at), i32x4.lt_s(i32x4(0, 1, 2, 3), lanes));
}

/** Stores the first `lanes` (1 to 4) lanes. */
export function storeLanes(at: usize, v: v128, lanes: i32): void {
  if (lanes >= 4) {
    v128.store(at, v);
  } else if (lanes == 1) {
    v128.store32_lane(at, v, 0);
  } else {
    v128.store64_lane(at, v, 0);
    if (lanes == 3) v128.store32_lane(at, v, 2, 8);
  }
}

/** All bits of the first `bytes` (4, 8 or 12; 16 and more: all) of a vector. */
export function firstLanes(bytes: usize): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(<i32>(bytes >> 2)));
}

/** (first + third) + (second + fourth) */
export function sumOfLanes(v: v128): f32 {
  const even = f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 2);
  const odd = f32x4.extract_lane(v, 1) + f32x4.extract_lane(v, 3);
  return even + odd;
}
