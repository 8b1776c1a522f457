import { int, num } from "./command";
import { add, at, both, choose, div, mul, put, sub } from "./simd";

/** Cells of a curve: src/twin/fluid/work-growth.ts. */
const CELLS: i32 = 64;
/** Of the way to a new growth that a tick makes: src/twin/fluid/strain.ts. */
const STEP: f64 = 0.5;

/** Makes the work of a service follow the requests in work, where a replica is ready. */
export function grow(command: usize): void {
  const bytes = int(command, 1);
  const ready = int(command, 2);
  const served = int(command, 3);
  const queued = int(command, 4);
  const cpuMs = int(command, 5);
  const holdMs = int(command, 6);
  const workGrowth = int(command, 7);
  const queueing = int(command, 8);
  const waiting = int(command, 9);
  const tickMs = both(num(command, 10));
  const addedMs = both(num(command, 11));
  const slots = both(num(command, 12));
  const least = v128.load64_splat(queueing);
  const most = v128.load64_splat(queueing + (CELLS << 3));
  for (let i: usize = 0; i < bytes; i += 16) {
    const pods = at(ready + i);
    const perMs = div(at(served + i), mul(pods, tickMs));
    const cpu = add(mul(perMs, at(cpuMs + i)), div(at(queued + i), pods));
    const mean = add(cpu, mul(perMs, add(addedMs, at(holdMs + i))));
    const share = div(cpu, mean);
    let factor = between(queueing, waiting, div(mul(mean, both(CELLS)), slots), mul(share, share));
    factor = choose(f64x2.ge(mean, slots), most, factor);
    factor = choose(f64x2.gt(mean, both(0)), factor, least);
    const before = at(workGrowth + i);
    const after = add(before, mul(both(STEP), sub(factor, before)));
    put(workGrowth + i, choose(f64x2.eq(pods, both(0)), before, after));
  }
}

/** Between two curves by `share`, and between their cells by what is left of `x`. */
function between(queueing: usize, waiting: usize, x: v128, share: v128): v128 {
  const cells = i32x4.max_s(i32x4.min_s(i32x4.trunc_sat_f64x2_s_zero(x), i32x4.splat(CELLS - 1)), i32x4.splat(0));
  const first = (<usize>i32x4.extract_lane(cells, 0)) << 3;
  const second = (<usize>i32x4.extract_lane(cells, 1)) << 3;
  const one = onePair(queueing + first, waiting + first, both(f64x2.extract_lane(share, 0)));
  const other = onePair(queueing + second, waiting + second, both(f64x2.extract_lane(share, 1)));
  const low = v128.shuffle<f64>(one, other, 0, 2);
  const high = v128.shuffle<f64>(one, other, 1, 3);
  return add(low, mul(sub(high, low), sub(x, f64x2.convert_low_i32x4_s(cells))));
}

/** A cell and the next. */
function onePair(queueing: usize, waiting: usize, share: v128): v128 {
  const low = at(waiting);
  return add(low, mul(sub(at(queueing), low), share));
}

/** What a replica can do, for how its work has grown and how cold it is, where one is ready. */
export function strain(command: usize): void {
  const bytes = int(command, 1);
  const ready = int(command, 2);
  const steadyFactor = int(command, 3);
  const workGrowth = int(command, 4);
  const coldness = int(command, 5);
  const capacityFactor = int(command, 6);
  for (let i: usize = 0; i < bytes; i += 16) {
    const factor = div(at(steadyFactor + i), mul(at(workGrowth + i), at(coldness + i)));
    const isNone = f64x2.eq(at(ready + i), both(0));
    put(capacityFactor + i, choose(isNone, at(capacityFactor + i), factor));
  }
}
