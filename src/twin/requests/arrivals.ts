import type { Rng } from "../../core/rng.ts";

/** When users send requests: one time after the other, whatever the system does. */
export type Arrivals = {
  /** Time of the next one, ms; Infinity = no more. */
  next(): number;
};

/** A schedule that was fixed beforehand: ms, ascending. */
export function scheduledArrivals(startTimesMs: Float64Array): Arrivals {
  let sent = 0;
  return { next: () => (sent < startTimesMs.length ? startTimesMs[sent++]! : Infinity) };
}

/** So many times are worked out at once. */
const BLOCK = 64;

/**
 * A Poisson process whose rate is constant within each step; after the last step its rate holds.
 *
 * Events of a unit process are carried over to the clock on which one expected request is one unit, as
 * `drawArrivalTimesMs` does.
 */
export function poissonArrivals(ratePerS: Float64Array, stepMs: number, rng: Rng): Arrivals {
  if (ratePerS.length === 0) throw new Error("a workload needs at least one step");
  const times = new Float64Array(BLOCK);
  let place = BLOCK;
  let target = 0;
  let step = 0;
  let expected = 0;
  const last = ratePerS.length - 1;
  const workOut = (): void => {
    for (place = 0; place < BLOCK; place++) {
      target += rng.exponential();
      while (step < last) {
        const mass = (ratePerS[step]! * stepMs) / 1_000;
        if (target < expected + mass) break;
        expected += mass;
        step++;
      }
      const ratePerMs = ratePerS[step]! / 1_000;
      times[place] = ratePerMs > 0 ? step * stepMs + (target - expected) / ratePerMs : Infinity;
    }
    place = 0;
  };
  return {
    next() {
      if (place === BLOCK) workOut();
      return times[place++]!;
    },
  };
}
