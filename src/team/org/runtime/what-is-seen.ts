import type { Readings } from "../../../control/readings/readings.ts";
import type { Organization, OrgSignal } from "../specification/organization.ts";

/** A row of cells, from and to: those of one agent in all environments. */
type Range = readonly [from: number, to: number];

/** What a signal is, in the units of the readings; NaN where not known, and then no condition on it holds. */
type Signal = {
  /** True for what all agents of an environment share: [environments] instead of [cells]. */
  readonly isShared?: true;
  /**
   * A column of the readings, or `out` filled in a range.
   *
   * @param need  feed-forward need of each cell with its headroom, pods; NaN where unknown
   */
  readonly read: (readings: Readings, need: Float64Array, out: Float64Array, range: Range) => Float64Array;
};

const signals: Readonly<Record<OrgSignal, Signal>> = {
  cpu: { read: ({ cpu }) => cpu },
  ready: { read: ({ ready }) => ready },
  desired: { read: ({ desired }) => desired },
  pending: {
    read({ desired, ready }, _, out, [from, to]) {
      for (let cell = from; cell < to; cell++) out[cell] = desired[cell]! - ready[cell]!;
      return out;
    },
  },
  arrivals_per_s: { read: ({ arrivalsPerS }) => arrivalsPerS },
  queued: { read: ({ queued }) => queued },
  queued_per_replica: { read: ({ queued, ready }, _, out, range) => perReplica(queued, ready, out, range) },
  dropped_per_s: { read: ({ droppedPerS }) => droppedPerS },
  wait_ms: { read: ({ waitMs }) => waitMs },
  load_to_capacity: { read: ({ ready }, need, out, range) => perReplica(need, ready, out, range) },
  need_to_size: { read: ({ desired }, need, out, range) => perReplica(need, desired, out, range) },
  entry_arrivals_per_s: { isShared: true, read: ({ entryArrivalsPerS }) => entryArrivalsPerS },
  entry_violating_share: { isShared: true, read: ({ entryViolatingShare }) => entryViolatingShare },
  entry_latency_ms: { isShared: true, read: ({ entryLatencyMs }) => entryLatencyMs },
};

function perReplica(values: Float64Array, replicas: Float64Array, out: Float64Array, [from, to]: Range): Float64Array {
  for (let cell = from; cell < to; cell++) out[cell] = values[cell]! / Math.max(1, replicas[cell]!);
  return out;
}

/** Labels that hold in each cell and that somebody asks for, as bits in the order of the organization's labels: [cells]. */
export type Sight = (readings: Readings, need: Float64Array) => Int32Array;

/** A signal that an agent looks at, and the conditions on it. */
type Look = {
  readonly signal: Signal;
  readonly range: Range;
  readonly tests: readonly Test[];
};

/** One condition of a label. */
type Test = { readonly bit: number; readonly above: number; readonly below: number };

/**
 * Looks only at what is asked for.
 *
 * @param asked  bits of the labels that matter to an agent: [agents]
 */
export function createSight({ labels }: Organization, asked: readonly number[], environments: number): Sight {
  const bits = new Int32Array(asked.length * environments);
  const out = new Float64Array(bits.length);
  const conditions = [...labels.values()].flatMap((all, label) => all.map((one) => ({ ...one, bit: 1 << label })));
  const ranges = asked.map((_, agent): Range => [agent * environments, (agent + 1) * environments]);
  const looks = ranges.flatMap((range, agent) => {
    const own = conditions.filter(({ bit }) => (asked[agent]! & bit) !== 0);
    const names = [...new Set(own.map(({ signal }) => signal))];
    return names.map((name): Look => {
      const tests = own.filter(({ signal }) => signal === name);
      return { signal: signals[name], range, tests };
    });
  });
  return (readings, need) => {
    for (let agent = 0; agent < ranges.length; agent++) bits.fill(asked[agent]!, ranges[agent]![0], ranges[agent]![1]);
    for (const { signal, range, tests } of looks) {
      const values = signal.read(readings, need, out, range);
      const first = signal.isShared === true ? range[0] : 0;
      for (let k = 0; k < tests.length; k += 2)
        clearWhereNot(tests[k]!, tests[k + 1] ?? tests[k]!, values, first, range, bits);
    }
    return bits;
  };
}

/**
 * A label goes where one of its conditions does not hold. Two at once, which often look at the same signal.
 *
 * @param first  cell of the first value
 */
function clearWhereNot(
  { bit, above, below }: Test,
  other: Test,
  values: Float64Array,
  first: number,
  [from, to]: Range,
  bits: Int32Array,
): void {
  for (let cell = from; cell < to; cell++) {
    const value = values[cell - first]!;
    // Without a branch: which way it would go changes from cell to cell.
    const holds = Number(value > above) & Number(value < below);
    const otherHolds = Number(value > other.above) & Number(value < other.below);
    bits[cell] = bits[cell]! & (~bit | (0 - holds)) & (~other.bit | (0 - otherHolds));
  }
}
