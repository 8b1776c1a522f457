import { sumOf } from "../core/statistics.ts";
import { combineSinks, createSizeChangeCounter } from "../control/loop/sinks.ts";
import type { DecisionSink } from "../control/loop/autoscaler.ts";
import type { Readings } from "../control/readings/readings.ts";
import type { Update } from "../host/progress.ts";
import { type Scaling, scaleCluster, whileThere } from "./scale-cluster.ts";

/** A run under traffic that is not ours, as the readings showed it. */
export type WatchOutcome = {
  readonly seconds: number;
  /** Mean of the entry's arrivals, requests per second; null when never seen. */
  readonly entryArrivalsPerS: number | null;
  /** Violating requests / requests; null when never seen. */
  readonly violatingShare: number | null;
  readonly podSeconds: number;
  readonly sizeChanges: number;
};

export type WatchRun = Omit<Scaling, "sink" | "onReadings"> & {
  readonly onDecision: DecisionSink;
  readonly onReadings: (readings: Readings) => void;
};

/**
 * The control loop alone, on a cluster with traffic of its own, for so long; without a length until the signal, which is
 * then the way to end it and no failure.
 */
export async function watchOver(
  run: WatchRun,
  durationMs: number | undefined,
  update: Update,
  signal: AbortSignal,
): Promise<WatchOutcome> {
  const { cluster } = run;
  const changes = createSizeChangeCounter();
  const entry = createEntryMeter();
  const startMs = cluster.clock.nowMs();
  const before = sumOf((await cluster.podTime()).podSeconds);
  const onReadings = (readings: Readings): void => {
    run.onReadings(readings);
    entry.add(readings);
    const done = durationMs === undefined ? undefined : (cluster.clock.nowMs() - startMs) / durationMs;
    update(done, entry.note());
  };
  const scaling = { ...run, onReadings, sink: combineSinks(changes.sink, run.onDecision) };
  try {
    await whileThere(cluster, signal, (either) =>
      scaleCluster(scaling, [startMs, startMs + (durationMs ?? Number.POSITIVE_INFINITY)], either),
    );
  } catch (error) {
    if (durationMs !== undefined || !signal.aborted || error !== signal.reason) throw error;
  }
  return {
    seconds: (cluster.clock.nowMs() - startMs) / 1_000,
    ...entry.means(),
    podSeconds: sumOf((await cluster.podTime()).podSeconds) - before,
    sizeChanges: run.mode === "live" ? changes.count() : 0,
  };
}

type EntryMeter = {
  add(readings: Readings): void;
  means(): Pick<WatchOutcome, "entryArrivalsPerS" | "violatingShare">;
  note(): string;
};

function createEntryMeter(): EntryMeter {
  let periods = 0;
  let arrivals = 0;
  let violating = 0;
  let note = "no readings yet";
  return {
    add: ({ entryArrivalsPerS, entryViolatingShare }) => {
      const perS = entryArrivalsPerS[0]!;
      const share = entryViolatingShare[0]!;
      if (Number.isNaN(perS) || (perS > 0 && Number.isNaN(share))) return;
      periods++;
      arrivals += perS;
      violating += perS > 0 ? perS * share : 0;
      note = `${perS.toFixed(1)} requests/s, ${(100 * (perS > 0 ? share : 0)).toFixed(1)} % violating`;
    },
    means: () => ({
      entryArrivalsPerS: periods === 0 ? null : arrivals / periods,
      violatingShare: arrivals === 0 ? null : violating / arrivals,
    }),
    note: () => note,
  };
}
