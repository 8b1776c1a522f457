import type { FluidOutcome } from "./fluid-twin.ts";
import { latencyUpperTail } from "./latency-tail.ts";
import type { FluidPlan } from "./plan.ts";
import type { Responses } from "./response.ts";
import type { Stations } from "./stations.ts";

/** What requests met at the entry in the last tick: [environments]. */
export type EntryState = {
  /** Requests in the tick. */
  readonly arrived: Float64Array;
  /** Further requests in the tick that are nobody's; they meet what users meet. */
  readonly flooded: Float64Array;
  /** Share of them that failed or was too slow. */
  readonly violatingShare: Float64Array;
  /** Probability of a good answer, and latency of answers: mean, ms, variance, ms², and third central moment, ms³. */
  readonly ok: Float64Array;
  readonly meanMs: Float64Array;
  readonly variance: Float64Array;
  readonly third: Float64Array;
};

export function createEntryState(environments: number): EntryState {
  const row = (): Float64Array => new Float64Array(environments);
  return {
    arrived: row(),
    flooded: row(),
    violatingShare: row(),
    ok: row(),
    meanMs: row(),
    variance: row(),
    third: row(),
  };
}

/** Latency at the entry is a shifted lognormal of the composed moments. */
export function updateEntry(entry: EntryState, { entries, objectiveMs }: FluidPlan, responses: Responses): void {
  const { ok, meanMs, variance, third, violatingShare } = entry;
  const environments = entry.arrived.length;
  for (const row of [ok, meanMs, variance, third]) row.fill(0);
  for (const { node, share } of entries) {
    const from = node * environments;
    for (let e = 0; e < environments; e++) {
      const own = responses.meanMs[from + e]!;
      const spread = responses.variance[from + e]!;
      ok[e]! += share * responses.ok[from + e]!;
      meanMs[e]! += share * own;
      // Moments about zero first; those about the mean below.
      variance[e]! += share * (spread + own * own);
      third[e]! += share * (responses.third[from + e]! + own * (3 * spread + own * own));
    }
  }
  for (let e = 0; e < environments; e++) {
    const mean = meanMs[e]!;
    const square = variance[e]!;
    const spread = Math.max(0, square - mean * mean);
    variance[e] = spread;
    third[e] = third[e]! - mean * (3 * square - 2 * mean * mean);
    violatingShare[e] = 1 - ok[e]! * (1 - latencyUpperTail(mean, spread, third[e]!, objectiveMs));
  }
}

/**
 * Adds the last tick to the outcome. Violating requests are blamed in proportion to visits x blame weight.
 */
export function addOutcome(
  outcome: FluidOutcome,
  entry: EntryState,
  { services }: FluidPlan,
  { blameWeight, tickMs }: Stations,
  existing: Float64Array,
): void {
  const environments = entry.arrived.length;
  const { requests, violating, failed, blamed, podSeconds } = outcome;
  const tickS = tickMs / 1_000;
  for (let k = 0; k < existing.length; k++) podSeconds[k]! += existing[k]! * tickS;
  for (let e = 0; e < environments; e++) {
    const bad = entry.arrived[e]! * entry.violatingShare[e]!;
    requests[e]! += entry.arrived[e]!;
    violating[e]! += bad;
    failed[e]! += entry.arrived[e]! * (1 - entry.ok[e]!);
    let total = 1e-12;
    for (let s = 0, k = e; s < services.length; s++, k += environments)
      total += services[s]!.visits * blameWeight[k]! + 1e-12;
    const perWeight = bad / total;
    for (let s = 0, k = e; s < services.length; s++, k += environments)
      blamed[k]! += perWeight * (services[s]!.visits * blameWeight[k]! + 1e-12);
  }
}
