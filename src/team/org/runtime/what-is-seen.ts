import type { Readings } from "../../../control/readings/readings.ts";
import type { Condition, Organization, OrgSignal } from "../specification/organization.ts";

/** @param need  feed-forward need of the cell with its headroom, pods; NaN where unknown */
type Signal = (readings: Readings, cell: number, need: number) => number;

/** What each signal is, in the units of the readings; NaN where not known, and then no condition on it holds. */
const signals: Readonly<Record<OrgSignal, Signal>> = {
  cpu: (readings, cell) => readings.cpu[cell]!,
  ready: (readings, cell) => readings.ready[cell]!,
  desired: (readings, cell) => readings.desired[cell]!,
  pending: (readings, cell) => readings.desired[cell]! - readings.ready[cell]!,
  arrivals_per_s: (readings, cell) => readings.arrivalsPerS[cell]!,
  queued: (readings, cell) => readings.queued[cell]!,
  queued_per_replica: (readings, cell) => readings.queued[cell]! / Math.max(1, readings.ready[cell]!),
  dropped_per_s: (readings, cell) => readings.droppedPerS[cell]!,
  wait_ms: (readings, cell) => readings.waitMs[cell]!,
  load_to_capacity: (readings, cell, need) => need / Math.max(1, readings.ready[cell]!),
  need_to_size: (readings, cell, need) => need / Math.max(1, readings.desired[cell]!),
  entry_arrivals_per_s: (readings, cell) => readings.entryArrivalsPerS[cell % readings.environments]!,
  entry_violating_share: (readings, cell) => readings.entryViolatingShare[cell % readings.environments]!,
  entry_latency_ms: (readings, cell) => readings.entryLatencyMs[cell % readings.environments]!,
};

/** Bits of the labels that hold in a cell, in the order of the organization's labels. */
export type Sight = (readings: Readings, cell: number, need: number) => number;

export function createSight({ labels }: Organization): Sight {
  const conditions = [...labels.values()].map((all) => all.map(compile));
  return (readings, cell, need) => {
    let bits = 0;
    for (let label = 0; label < conditions.length; label++) {
      let holds = 1;
      for (const isMet of conditions[label]!) if (!isMet(readings, cell, need)) holds = 0;
      bits |= holds << label;
    }
    return bits;
  };
}

function compile({ signal, above, below }: Condition): (readings: Readings, cell: number, need: number) => boolean {
  const read = signals[signal];
  return (readings, cell, need) => {
    const value = read(readings, cell, need);
    return value > above && value < below;
  };
}
