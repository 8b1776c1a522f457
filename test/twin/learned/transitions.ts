import type { Rng } from "../../../src/core/rng.ts";
import { type StateLayout, layoutOf } from "../../../src/twin/learned/state.ts";
import type { Transition } from "../../../src/twin/learned/transition.ts";

export const layout: StateLayout = layoutOf(["a"]);

/** One service, told by the columns of a state: desired, ready, cpu, arrivals, served, dropped, queued, wait, entry. */
export function state(replicas: number, cpu: number, perS: number, queued: number, latencyMs: number): Float64Array {
  return Float64Array.of(replicas, replicas, cpu, perS, perS, 0, queued, latencyMs / 2, perS, 0, latencyMs);
}

/** A law of its own: CPU follows rate per replica, queue and latency follow CPU and keep half of what they were. */
export function lawfulNext(from: Float64Array, replicas: number, perS: number): Float64Array {
  const cpu = perS / (replicas * 20);
  const queued = (from[6]! + 40 * cpu * cpu) / 2;
  return state(replicas, cpu, perS, queued, 20 + 10 * queued);
}

/** A walk under that law, sizes from 1 to `most`, rates below 20 per replica. */
export function lawfulWalk(rng: Rng, steps: number, most: number, lowestPerS = 1): readonly Transition[] {
  const transitions: Transition[] = [];
  let from = state(1, 0.5, 10, 5, 70);
  for (let step = 0; step < steps; step++) {
    const replicas = 1 + rng.integer(most);
    const next = lawfulNext(from, replicas, rng.between(lowestPerS, 18 * replicas));
    transitions.push({ state: from, next });
    from = next;
  }
  return transitions;
}
