import type { Responses } from "./responses.ts";
import type { Stations } from "./stations.ts";
import type { Stops } from "./stops.ts";

/**
 * Of calls that took t, the share that finds the caller standing still, / the share of time that it does, is about
 * 4.5 x / (1 + x)², x = t / 27 ms: fitted to 158 callers of the request-level twin whose callee takes 2 to 200 ms.
 */
const MOST = 4.5;
const SCALE_MS = 27;

/**
 * Adds what a caller waits for answers that are there: while its replica stands still it does not read. It worked when
 * it called, so soon afterwards it hardly ever stands still, and has begun another period after a long while. Calls one
 * after another count as one that takes as long: who has waited for a period to begin seldom waits for the next.
 *
 * @param to    first cell of the node; its calls are added already
 * @param from  first cell of its service
 */
export function addReading(
  { meanMs, variance, third, calm }: Responses,
  to: number,
  stops: Stops,
  from: number,
  { sojournMs, environments }: Stations,
): void {
  for (let e = 0, k = to, s = from; e < environments; e++, k++, s++) {
    const rest = stops.restMs[s]!;
    const x = (meanMs[k]! - sojournMs[s]!) * (1 / SCALE_MS);
    const chance = (stops.share[s]! * MOST * x) / ((1 + x) * (1 + x));
    const mean = chance * rest;
    const square = 2 * mean * rest;
    meanMs[k]! += mean;
    variance[k]! += square - mean * mean;
    third[k]! += 3 * square * rest - 3 * mean * square + 2 * mean * mean * mean;
    calm.share[k]! *= chance < 1 ? 1 - chance : 0;
  }
}
