import { type Decision, changesSize } from "../control/loop/autoscaler.ts";
import { createDecisionLog, decisionLogFormat, type RunLine } from "../control/loop/decision-log.ts";
import type { Readings } from "../control/readings/readings.ts";
import { createLineFile, setAside } from "../host/line-file.ts";
import { scalingActions } from "../team/policy/actions.ts";
import { observedFeatures } from "../team/policy/observe.ts";

/** What a run decided, counted. */
export type DecisionCounts = {
  readonly decisions: number;
  /** Decisions that changed a size; in shadow mode, that would have. */
  readonly changes: number;
  /** Proposals that the guard did not let through as they were. */
  readonly guarded: number;
  /** Decisions that the fallback made, because of doubt. */
  readonly substituted: number;
  /** Of those, by kind of doubt; one decision may count under several. */
  readonly doubts: { readonly missing: number; readonly stale: number; readonly unseen: number };
};

export type TransferLog = {
  readonly path: string;
  readonly onReadings: (readings: Readings) => void;
  readonly onDecision: (decision: Decision) => void;
  counts(): DecisionCounts;
  /** Decisions that changed a size, the last ones, oldest first. */
  lastChanges(): readonly Decision[];
  /** All of it is on the disk. */
  close(): void;
};

const CHANGES_KEPT = 5;

export type LogHeader = Omit<RunLine, "kind" | "format" | "features" | "actions">;

/** Starts a log; one that an earlier run left there is kept beside it, under the time of its last line. */
export function openTransferLog(path: string, header: LogHeader): TransferLog {
  setAside(path);
  const file = createLineFile(path);
  const write = (line: unknown): void => file.append(JSON.stringify(line));
  const actions = scalingActions.map(({ of, factor }) => `${factor} x ${of}`);
  write({ kind: "run", format: decisionLogFormat, ...header, features: observedFeatures, actions });
  const log = createDecisionLog(header.services, header.timing, write);
  const tally = createTally();
  const changes: Decision[] = [];
  return {
    path,
    onReadings: (readings) => log.onReadings(readings),
    onDecision: (decision) => {
      log.sink(decision);
      tally.add(decision);
      if (!changesSize(decision)) return;
      changes.push(decision);
      if (changes.length > CHANGES_KEPT) changes.shift();
    },
    counts: tally.counts,
    lastChanges: () => changes,
    close: () => file.close(),
  };
}

function createTally(): { readonly add: (decision: Decision) => void; readonly counts: () => DecisionCounts } {
  const counted = { decisions: 0, changes: 0, guarded: 0, substituted: 0 };
  const doubts = { missing: 0, stale: 0, unseen: 0 };
  const kinds = Object.keys(doubts) as (keyof typeof doubts)[];
  return {
    add: (decision) => {
      const { guarded, substitution } = decision;
      counted.decisions++;
      if (changesSize(decision)) counted.changes++;
      if (guarded.length > 0) counted.guarded++;
      if (substitution === undefined) return;
      counted.substituted++;
      for (const kind of kinds) if (substitution.because.some((doubt) => doubt.startsWith(kind))) doubts[kind]++;
    },
    counts: () => ({ ...counted, doubts: { ...doubts } }),
  };
}
