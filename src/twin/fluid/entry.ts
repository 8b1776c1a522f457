import { type Arena, createHeapArena } from "./arena.ts";
import { humpsUpperTail } from "./humps.ts";
import type { FluidPlan } from "./plan.ts";
import type { Responses } from "./responses.ts";

/** What requests met at the entry in the last tick: [environments]. */
export type EntryState = {
  /** Requests in the tick. */
  readonly arrived: Float64Array;
  /** Further requests in the tick that are nobody's; they meet what users meet. */
  readonly flooded: Float64Array;
  /** Share of them that failed or was too slow. */
  readonly violatingShare: Float64Array;
  /** Probability of a good answer, and latency of answers: mean, ms, and variance, ms². */
  readonly ok: Float64Array;
  readonly meanMs: Float64Array;
  readonly variance: Float64Array;
};

export function createEntryState(environments: number, arena: Arena = createHeapArena()): EntryState {
  const row = (): Float64Array => arena.float64(environments);
  return {
    arrived: row(),
    flooded: row(),
    violatingShare: row(),
    ok: row(),
    meanMs: row(),
    variance: row(),
  };
}

/** Latency of each entry endpoint is two shifted lognormals, of calm and of delayed requests; all of them are a mixture. */
export function updateEntry(entry: EntryState, { entries, objectiveMs }: FluidPlan, responses: Responses): void {
  const { ok, meanMs, variance, violatingShare } = entry;
  const environments = entry.arrived.length;
  for (const row of [ok, meanMs, variance]) row.fill(0);
  violatingShare.fill(1);
  for (const { node, share } of entries) {
    const from = node * environments;
    for (let e = 0; e < environments; e++) {
      const own = responses.meanMs[from + e]!;
      const spread = responses.variance[from + e]!;
      const good = share * responses.ok[from + e]!;
      ok[e]! += good;
      violatingShare[e]! -= good * (1 - humpsUpperTail(responses, from + e, objectiveMs));
      meanMs[e]! += share * own;
      // Squares first; the mean's is taken off below.
      variance[e]! += share * (spread + own * own);
    }
  }
  for (let e = 0; e < environments; e++) {
    const mean = meanMs[e]!;
    variance[e] = Math.max(0, variance[e]! - mean * mean);
    violatingShare[e] = Math.max(0, violatingShare[e]!);
  }
}
