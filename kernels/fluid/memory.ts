import { int, num } from "./command";
import { add, at, both, choose, div, mul, put, sub } from "./simd";

/**
 * What the replicas of a service take after a tick: src/twin/fluid/memory.ts. Where one may take too much by now, all is
 * done but to see which: `risks` is 1 then, otherwise 0.
 */
export function remember(command: usize): void {
  const bytes = int(command, 1);
  const ready = int(command, 2);
  const served = int(command, 3);
  const queued = int(command, 4);
  const cpuMs = int(command, 5);
  const holdMs = int(command, 6);
  const memoryMiB = int(command, 7);
  const retained = int(command, 8);
  const risks = int(command, 9);
  const tickMs = both(num(command, 10));
  const addedMs = both(num(command, 11));
  const concurrency = both(num(command, 12));
  const perRequestMiB = both(num(command, 13));
  const retainedMiB = both(num(command, 14));
  const baseMiB = both(num(command, 15));
  const roomMiB = both(num(command, 16));
  const safeMiB = both(num(command, 17));
  let risky = both(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const pods = at(ready + i);
    const isNone = f64x2.eq(pods, both(0));
    const perPod = div(at(served + i), pods);
    const perMs = div(perPod, tickMs);
    const cpu = add(mul(perMs, at(cpuMs + i)), div(at(queued + i), pods));
    const held = mul(perMs, add(addedMs, at(holdMs + i)));
    const inFlightMiB = mul(f64x2.min(concurrency, add(cpu, held)), perRequestMiB);
    const moreMiB = mul(perPod, retainedMiB);
    let sum = both(0);
    let place = mostOf(pods);
    for (let one = retained + i + place * bytes; place > 0; place--) {
      one -= bytes;
      const isThere = f64x2.gt(pods, both(<f64>(place - 1)));
      const before = at(one);
      const own = add(before, moreMiB);
      put(one, choose(isThere, own, before));
      sum = add(sum, v128.and(isThere, own));
      risky = v128.or(risky, v128.andnot(isThere, f64x2.ge(sub(roomMiB, own), safeMiB)));
    }
    const mean = add(add(baseMiB, inFlightMiB), div(sum, pods));
    put(memoryMiB + i, choose(isNone, both(NaN), mean));
  }
  store<i32>(risks, v128.any_true(risky) ? 1 : 0);
}

/** The larger of two counts. */
function mostOf(pods: v128): usize {
  const counts = i32x4.trunc_sat_f64x2_s_zero(pods);
  return <usize>max(i32x4.extract_lane(counts, 0), i32x4.extract_lane(counts, 1));
}
