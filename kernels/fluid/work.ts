import { int, num } from "./command";
import { add, at, both, choose, div, mul, put, sub } from "./simd";

/** Bytes of a cell of a sojourn table: mean, variance, third central moment, gain. */
const CELL_BYTES = 32;

/** What comes, is done, waits and is refused in one tick: src/twin/fluid/station-work.ts, without neighbours. */
export function flow(command: usize): void {
  const bytes = int(command, 1);
  const ready = int(command, 2);
  const queued = int(command, 3);
  const lost = int(command, 4);
  const capacityFactor = int(command, 5);
  const holdMs = int(command, 6);
  const arrived = int(command, 7);
  const served = int(command, 8);
  const dropped = int(command, 9);
  const dropShare = int(command, 10);
  const busy = int(command, 11);
  const utilisation = int(command, 12);
  const slower = int(command, 13);
  const backlogMs = int(command, 14);
  const ownPart = int(command, 15);
  const perTick = both(num(command, 16));
  const aloneMs = both(num(command, 17));
  const concurrency = both(num(command, 18));
  const room = both(num(command, 19));
  const idle = both(num(command, 20));
  const limitShare = both(num(command, 21));
  const tickMs = both(num(command, 22));
  const one = both(1);
  const none = both(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const pods = at(ready + i);
    const capacityOfOne = at(capacityFactor + i);
    const times = div(one, capacityOfOne);
    const cpuCapacity = mul(mul(pods, perTick), capacityOfOne);
    const slotCapacity = div(mul(mul(pods, concurrency), tickMs), add(at(holdMs + i), mul(aloneMs, times)));
    const isHeld = f64x2.lt(slotCapacity, cpuCapacity);
    const capacity = choose(isHeld, slotCapacity, cpuCapacity);
    const before = at(queued + i);
    const present = add(before, at(arrived + i));
    const done = choose(f64x2.lt(present, capacity), present, capacity);
    const waiting = sub(present, done);
    const bound = mul(pods, room);
    const kept = choose(f64x2.lt(waiting, bound), waiting, bound);
    const refused = add(sub(waiting, kept), at(lost + i));
    const used = choose(f64x2.gt(cpuCapacity, none), div(done, cpuCapacity), none);
    put(utilisation + i, used);
    put(slower + i, times);
    put(backlogMs + i, backlogOf(add(before, kept), capacity, tickMs));
    put(ownPart + i, v128.any_true(isHeld) ? choose(isHeld, div(slotCapacity, cpuCapacity), one) : one);
    put(queued + i, kept);
    put(lost + i, none);
    put(served + i, done);
    put(dropped + i, refused);
    const isRefused = f64x2.gt(refused, none);
    put(dropShare + i, v128.any_true(isRefused) ? choose(isRefused, div(refused, add(done, refused)), none) : none);
    put(busy + i, mul(add(mul(used, sub(one, idle)), idle), limitShare));
  }
}

/** Mean time that requests wait which queue up: mostly none. Dividing is slow. */
function backlogOf(queued: v128, capacity: v128, tickMs: v128): v128 {
  const none = both(0);
  if (!v128.any_true(f64x2.ne(queued, none))) return none;
  return choose(f64x2.gt(capacity, none), mul(div(mul(both(0.5), queued), capacity), tickMs), none);
}

/** How long requests take in a tick of such a utilisation: likewise. */
export function feel(command: usize): void {
  const bytes = int(command, 1);
  const rows = int(command, 2);
  const utilisation = int(command, 3);
  const slower = int(command, 4);
  const backlogMs = int(command, 5);
  const ownPart = int(command, 6);
  const dropShare = int(command, 7);
  const cpuMs = int(command, 8);
  const cpuVariance = int(command, 9);
  const cpuThird = int(command, 10);
  const waitMs = int(command, 11);
  const blameWeight = int(command, 12);
  const sojournMs = int(command, 13);
  const sojournVariance = int(command, 14);
  const sojournThird = int(command, 15);
  const cells = both(num(command, 16));
  const last = both(num(command, 17));
  const fixedMs = both(num(command, 18));
  const fixedVariance = both(num(command, 19));
  const fixedThird = both(num(command, 20));
  const workMs = both(num(command, 21));
  for (let i: usize = 0; i < bytes; i += 16) {
    const slow = at(slower + i);
    let x = mul(at(utilisation + i), cells);
    x = choose(f64x2.gt(x, last), last, x);
    const cell = i32x4.trunc_sat_f64x2_s_zero(x);
    const part = sub(x, f64x2.convert_low_i32x4_s(cell));
    const first = load<u32>(rows + (i >> 1)) + i32x4.extract_lane(cell, 0) * CELL_BYTES;
    const second = load<u32>(rows + (i >> 1), 4) + i32x4.extract_lane(cell, 1) * CELL_BYTES;
    const firstPart = both(f64x2.extract_lane(part, 0));
    const secondPart = both(f64x2.extract_lane(part, 1));
    const oneTwo = between(first, firstPart);
    const otherTwo = between(second, secondPart);
    const oneRest = between(first + 16, firstPart);
    const otherRest = between(second + 16, secondPart);
    const step = v128.shuffle<f64>(at(first + 16), at(second + 16), 1, 3);
    const slow2 = mul(slow, slow);
    const meanNow = mul(v128.shuffle<f64>(oneTwo, otherTwo, 0, 2), slow);
    const varianceNow = mul(v128.shuffle<f64>(oneTwo, otherTwo, 1, 3), slow2);
    const thirdNow = mul(mul(v128.shuffle<f64>(oneRest, otherRest, 0, 2), slow2), slow);
    const inCpuMs = follow(cpuMs + i, meanNow, step);
    const inCpuVariance = follow(cpuVariance + i, varianceNow, step);
    const inCpuThird = follow(cpuThird + i, thirdNow, step);
    const backlog = at(backlogMs + i);
    const ownMs = sub(inCpuMs, mul(workMs, slow));
    const ownDoing = add(mul(both(0.001), backlog), mul(both(2), at(dropShare + i)));
    put(sojournMs + i, add(add(inCpuMs, backlog), fixedMs));
    put(sojournVariance + i, add(add(inCpuVariance, mul(mul(both(0.04), backlog), backlog)), fixedVariance));
    put(sojournThird + i, add(inCpuThird, fixedThird));
    put(waitMs + i, add(ownMs, backlog));
    put(blameWeight + i, add(mul(both(0.001), ownMs), mul(at(ownPart + i), ownDoing)));
  }
}

/** Two values between their cell and the next. */
function between(cell: usize, part: v128): v128 {
  const low = at(cell);
  return add(low, mul(sub(at(cell + CELL_BYTES), low), part));
}

/** Takes a column a step towards what it is to be. */
function follow(address: usize, target: v128, step: v128): v128 {
  const before = at(address);
  const after = add(before, mul(sub(target, before), step));
  put(address, after);
  return after;
}
