import type { Readings } from "../../../control/readings/readings.ts";
import type { Organization, OrgSignal } from "../specification/organization.ts";

/**
 * Values of a signal in all cells: a column of the readings, or `out` filled.
 *
 * @param need  feed-forward need of each cell with its headroom, pods; NaN where unknown
 */
type Signal = (readings: Readings, need: Float64Array, out: Float64Array) => Float64Array;

/** What each signal is, in the units of the readings; NaN where not known, and then no condition on it holds. */
const signals: Readonly<Record<OrgSignal, Signal>> = {
  cpu: ({ cpu }) => cpu,
  ready: ({ ready }) => ready,
  desired: ({ desired }) => desired,
  pending({ desired, ready }, _, out) {
    for (let cell = 0; cell < out.length; cell++) out[cell] = desired[cell]! - ready[cell]!;
    return out;
  },
  arrivals_per_s: ({ arrivalsPerS }) => arrivalsPerS,
  queued: ({ queued }) => queued,
  queued_per_replica: ({ queued, ready }, _, out) => perReplica(queued, ready, out),
  dropped_per_s: ({ droppedPerS }) => droppedPerS,
  wait_ms: ({ waitMs }) => waitMs,
  load_to_capacity: ({ ready }, need, out) => perReplica(need, ready, out),
  need_to_size: ({ desired }, need, out) => perReplica(need, desired, out),
  entry_arrivals_per_s: ({ entryArrivalsPerS }, _, out) => forEveryone(entryArrivalsPerS, out),
  entry_violating_share: ({ entryViolatingShare }, _, out) => forEveryone(entryViolatingShare, out),
  entry_latency_ms: ({ entryLatencyMs }, _, out) => forEveryone(entryLatencyMs, out),
};

function perReplica(values: Float64Array, replicas: Float64Array, out: Float64Array): Float64Array {
  for (let cell = 0; cell < out.length; cell++) out[cell] = values[cell]! / Math.max(1, replicas[cell]!);
  return out;
}

/** What all agents of an environment share. */
function forEveryone(values: Float64Array, out: Float64Array): Float64Array {
  for (let from = 0; from < out.length; from += values.length) out.set(values, from);
  return out;
}

/** Labels that hold in each cell, as bits in the order of the organization's labels: [cells]. */
export type Sight = (readings: Readings, need: Float64Array) => Int32Array;

type Test = { readonly bit: number; readonly column: number; readonly above: number; readonly below: number };

export function createSight({ labels }: Organization, cells: number): Sight {
  const conditions = [...labels.values()].flatMap((all, label) => all.map((one) => ({ ...one, label })));
  const names = [...new Set(conditions.map(({ signal }) => signal))];
  const columns = names.map((name) => ({ read: signals[name], out: new Float64Array(cells) }));
  const tests = conditions.map(({ signal, above, below, label }): Test => ({
    bit: 1 << label,
    column: names.indexOf(signal),
    above,
    below,
  }));
  const bits = new Int32Array(cells);
  return (readings, need) => {
    const values = columns.map(({ read, out }) => read(readings, need, out));
    bits.fill(2 ** labels.size - 1);
    for (const test of tests) clearWhereNot(test, values[test.column]!, bits);
    return bits;
  };
}

/** A label goes where one of its conditions does not hold. */
function clearWhereNot({ bit, above, below }: Test, values: Float64Array, bits: Int32Array): void {
  for (let cell = 0; cell < bits.length; cell++) {
    const value = values[cell]!;
    if (!(value > above && value < below)) bits[cell] = bits[cell]! & ~bit;
  }
}
