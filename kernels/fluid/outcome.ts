import { column, int, num } from "./command";
import { PAIR, add, at, both, div, mul, put, sub } from "./simd";

const LEAST_WEIGHT = 1e-12;

/**
 * Adds what users met to the outcome, as src/twin/fluid/outcome.ts. Slots: directories of the entry and of the outcome
 * (requests, violating, failed, blamed), where the blame weights are, length of a row, services, their visits.
 */
export function addOutcome(command: usize): void {
  const entry = int(command, 1);
  const outcome = int(command, 2);
  const weights = int(command, 3);
  const bytes = int(command, 4);
  const services = int(command, 5);
  const visits = int(command, 6);
  const requests = column(outcome, 0);
  const violating = column(outcome, 1);
  const failed = column(outcome, 2);
  const blamed = column(outcome, 3);
  const least = both(LEAST_WEIGHT);
  for (let i: usize = 0; i < bytes; i += PAIR) {
    let sum = least;
    let k = weights + i;
    for (let s: usize = 0; s < services; s++, k += bytes)
      sum = add(sum, add(mul(v128.load64_splat(visits + (s << 3)), at(k)), least));
    const arrived = at(column(entry, 0) + i);
    const bad = mul(arrived, at(column(entry, 2) + i));
    put(requests + i, add(at(requests + i), arrived));
    put(violating + i, add(at(violating + i), bad));
    put(failed + i, add(at(failed + i), mul(arrived, sub(both(1), at(column(entry, 3) + i)))));
    const per = div(bad, sum);
    k = weights + i;
    let to = blamed + i;
    for (let s: usize = 0; s < services; s++, k += bytes, to += bytes)
      put(to, add(at(to), mul(per, add(mul(v128.load64_splat(visits + (s << 3)), at(k)), least))));
  }
}
