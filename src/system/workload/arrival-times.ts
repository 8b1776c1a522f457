import type { Rng } from "../../core/rng.ts";
import type { ArrivalProcess } from "./scenario.ts";
import type { Workload } from "./workload.ts";

/**
 * When each request starts, ms from the start of the run, rising: [requests]. An open model: nobody waits for answers.
 *
 * Exact for a rate that is constant within each step: events of a unit process (Poisson: exponential distances;
 * constant: distance one) are carried over to the clock on which one expected request is one unit.
 */
export function drawArrivalTimesMs(workload: Workload, process: ArrivalProcess, rng: Rng): Float64Array {
  const { ratePerS, stepMs } = workload;
  const timesMs: number[] = [];
  let next = process === "poisson" ? rng.exponential() : 0.5;
  let expected = 0;
  for (let step = 0; step < ratePerS.length; step++) {
    const mass = (ratePerS[step]! * stepMs) / 1_000;
    for (; next < expected + mass; next += process === "poisson" ? rng.exponential() : 1) {
      timesMs.push((step + (next - expected) / mass) * stepMs);
    }
    expected += mass;
  }
  return Float64Array.from(timesMs);
}
