import { join } from "node:path";
import type { Decision } from "../control/loop/autoscaler.ts";
import { createDecisionLog, decisionLogFormat, type RunLine } from "../control/loop/decision-log.ts";
import type { Readings } from "../control/readings/readings.ts";
import { openRunFolder } from "../host/run-folder.ts";
import { scalingActions } from "../team/policy/actions.ts";
import { observedFeatures } from "../team/policy/observe.ts";
import { runFiles } from "./runs.ts";

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
};

const CHANGES_KEPT = 5;

/** Starts the log of a run afresh: what an earlier transfer left is gone. */
export function openTransferLog(header: Omit<RunLine, "kind" | "format" | "features" | "actions">): TransferLog {
  const folder = openRunFolder(header.run);
  const write = (line: unknown): void => folder.append(runFiles.decisions, line);
  folder.rewind(runFiles.decisions, () => false);
  const actions = scalingActions.map(({ of, factor }) => `${factor} x ${of}`);
  write({ kind: "run", format: decisionLogFormat, ...header, features: observedFeatures, actions });
  const log = createDecisionLog(header.services, header.timing, write);
  const tally = createTally();
  const changes: Decision[] = [];
  return {
    path: join(header.run, runFiles.decisions),
    onReadings: (readings) => log.onReadings(readings),
    onDecision: (decision) => {
      log.sink(decision);
      tally.add(decision);
      if (decision.applied === decision.from) return;
      changes.push(decision);
      if (changes.length > CHANGES_KEPT) changes.shift();
    },
    counts: tally.counts,
    lastChanges: () => changes,
  };
}

function createTally(): { readonly add: (decision: Decision) => void; readonly counts: () => DecisionCounts } {
  const counted = { decisions: 0, changes: 0, guarded: 0, substituted: 0 };
  const doubts = { missing: 0, stale: 0, unseen: 0 };
  const kinds = Object.keys(doubts) as (keyof typeof doubts)[];
  return {
    add: ({ from, applied, guarded, substitution }) => {
      counted.decisions++;
      if (applied !== from) counted.changes++;
      if (guarded.length > 0) counted.guarded++;
      if (substitution === undefined) return;
      counted.substituted++;
      for (const kind of kinds) if (substitution.because.some((doubt) => doubt.startsWith(kind))) doubts[kind]++;
    },
    counts: () => ({ ...counted, doubts: { ...doubts } }),
  };
}
