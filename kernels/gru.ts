import { storeLanes } from "./lanes";
import { logisticOf, tanhOf } from "./tanh";

/**
 * The state after: n + z · (h - n), with the gates r, z and n made of the sums of input and state, [rows][3][width] each.
 *
 * @param h  the state before, [rows][width]
 */
export function gruForward(ofInput: usize, ofState: usize, h: usize, after: usize, rows: i32, width: i32): void {
  const bytes = (<usize>width) << 2;
  for (; rows > 0; rows--) {
    for (let k = 0; k < width; k += 4) {
      const at = (<usize>k) << 2;
      const z = logisticOf(sumAt(ofInput, ofState, bytes + at));
      const n = newAt(ofInput, ofState, bytes, at, logisticOf(sumAt(ofInput, ofState, at)));
      const value = f32x4.add(n, f32x4.mul(z, f32x4.sub(v128.load(h + at), n)));
      storeLanes(after + at, value, width - k);
    }
    ofInput += bytes * 3;
    ofState += bytes * 3;
    h += bytes;
    after += bytes;
  }
}

/** Overwrites the gradients of both sums, and of the state before as far as it does not come from its sums. */
export function gruBackward(
  ofInput: usize,
  ofState: usize,
  h: usize,
  afterGradient: usize,
  inputGradient: usize,
  stateGradient: usize,
  hGradient: usize,
  rows: i32,
  width: i32,
): void {
  const bytes = (<usize>width) << 2;
  for (; rows > 0; rows--) {
    for (let k = 0; k < width; k += 4)
      fourBackward(
        ofInput,
        ofState,
        h,
        afterGradient,
        inputGradient,
        stateGradient,
        hGradient,
        bytes,
        (<usize>k) << 2,
        width - k,
      );
    ofInput += bytes * 3;
    ofState += bytes * 3;
    h += bytes;
    afterGradient += bytes;
    inputGradient += bytes * 3;
    stateGradient += bytes * 3;
    hGradient += bytes;
  }
}

function fourBackward(
  ofInput: usize,
  ofState: usize,
  h: usize,
  afterGradient: usize,
  inputGradient: usize,
  stateGradient: usize,
  hGradient: usize,
  bytes: usize,
  at: usize,
  lanes: i32,
): void {
  const one = f32x4.splat(1);
  const r = logisticOf(sumAt(ofInput, ofState, at));
  const z = logisticOf(sumAt(ofInput, ofState, bytes + at));
  const n = newAt(ofInput, ofState, bytes, at, r);
  const d = v128.load(afterGradient + at);
  const byNew = f32x4.mul(f32x4.mul(d, f32x4.sub(one, z)), f32x4.sub(one, f32x4.mul(n, n)));
  const ofUpdate = f32x4.mul(z, f32x4.sub(one, z));
  const byUpdate = f32x4.mul(f32x4.mul(d, f32x4.sub(v128.load(h + at), n)), ofUpdate);
  const ofReset = f32x4.mul(r, f32x4.sub(one, r));
  const byReset = f32x4.mul(f32x4.mul(byNew, v128.load(ofState + bytes * 2 + at)), ofReset);
  storeLanes(inputGradient + at, byReset, lanes);
  storeLanes(stateGradient + at, byReset, lanes);
  storeLanes(inputGradient + bytes + at, byUpdate, lanes);
  storeLanes(stateGradient + bytes + at, byUpdate, lanes);
  storeLanes(inputGradient + bytes * 2 + at, byNew, lanes);
  storeLanes(stateGradient + bytes * 2 + at, f32x4.mul(byNew, r), lanes);
  storeLanes(hGradient + at, f32x4.mul(d, z), lanes);
}

function sumAt(ofInput: usize, ofState: usize, at: usize): v128 {
  return f32x4.add(v128.load(ofInput + at), v128.load(ofState + at));
}

/** n, from the third sums and the reset r. */
function newAt(ofInput: usize, ofState: usize, bytes: usize, at: usize, r: v128): v128 {
  const third = bytes * 2 + at;
  return tanhOf(f32x4.add(v128.load(ofInput + third), f32x4.mul(r, v128.load(ofState + third))));
}
