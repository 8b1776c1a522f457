import type { Readings } from "../readings/readings.ts";
import type { Decision } from "./autoscaler.ts";
import type { Timing } from "./timing.ts";

export const decisionLogFormat = "karma-decisions/1";

/** The first line of a log: what ran, and the names behind its numbers. */
export type RunLine = {
  readonly kind: "run";
  readonly format: typeof decisionLogFormat;
  readonly run: string;
  readonly cluster: string;
  /** `local`, `kind`, `twin`, `context:NAME`. */
  readonly on: string;
  readonly mode: "live" | "shadow";
  readonly seed: number;
  /** On the cluster's clock, ms: decisions and effects are dated on it too. */
  readonly startMs: number;
  readonly timing: Pick<Timing, "syncPeriodMs" | "timeScale">;
  readonly services: readonly string[];
  /** Of each observation, in order. */
  readonly features: readonly string[];
  /** Of each distribution, in order. */
  readonly actions: readonly string[];
  /** Who decides in the team's place while there is doubt. */
  readonly fallback: string;
};

/** What the readings said of one service and of the entry; null where they said nothing. */
export type Seen = {
  readonly desired: number | null;
  readonly ready: number | null;
  readonly cpu: number | null;
  readonly arrivalsPerS: number | null;
  readonly queued: number | null;
  readonly ageMs: number | null;
  readonly entryViolatingShare: number | null;
  readonly entryLatencyMs: number | null;
};

/** A decision; `seen` is null when the cluster could not be observed. */
export type DecisionLine = { readonly kind: "decision"; readonly id: number; readonly seen: Seen | null } & Decision;

/** What had come of a decision some sync periods later. */
export type EffectLine = {
  readonly kind: "effect";
  /** Id of the decision. */
  readonly of: number;
  readonly afterMs: number;
  readonly seen: Seen;
};

export type LogLine = RunLine | DecisionLine | EffectLine;

/** Sync periods after which a decision is looked at again: new replicas are there by then, and readings show them. */
const effectPeriods = 2;

export type DecisionLog = {
  /** To be given the readings of a period before its decisions, as the control loop does. */
  onReadings(readings: Readings): void;
  sink(decision: Decision): void;
};

/** Turns what a control loop reports into lines: each decision, and its effect once it is known. */
export function createDecisionLog(
  services: readonly string[],
  { syncPeriodMs }: Pick<Timing, "syncPeriodMs">,
  write: (line: DecisionLine | EffectLine) => void,
): DecisionLog {
  const pending: { readonly id: number; readonly atMs: number; readonly service: number }[] = [];
  // Half a period of slack: a loop that wakes a little early is in its period already.
  const dueAfterMs = (effectPeriods - 0.5) * syncPeriodMs;
  let latest: Readings | undefined;
  let id = 0;
  return {
    onReadings(readings) {
      latest = readings;
      while (pending.length > 0 && readings.atMs - pending[0]!.atMs >= dueAfterMs) {
        const { id: of, atMs, service } = pending.shift()!;
        write({ kind: "effect", of, afterMs: readings.atMs - atMs, seen: seenOf(readings, service) });
      }
    },
    sink(decision) {
      const service = services.indexOf(decision.service);
      // Readings of an earlier period are not what this decision was made on.
      const isCurrent = latest !== undefined && decision.atMs - latest.atMs < 0.5 * syncPeriodMs;
      const seen = isCurrent ? seenOf(latest!, service) : null;
      write({ kind: "decision", id, seen, ...rounded(decision) });
      pending.push({ id, atMs: decision.atMs, service });
      id++;
    },
  };
}

function seenOf(readings: Readings, service: number): Seen {
  const { desired, ready, cpu, arrivalsPerS, queued, ageMs } = readings;
  return {
    desired: known(desired[service]!),
    ready: known(ready[service]!),
    cpu: known(cpu[service]!),
    arrivalsPerS: known(arrivalsPerS[service]!),
    queued: known(queued[service]!),
    ageMs: known(ageMs[service]!),
    entryViolatingShare: known(readings.entryViolatingShare[0]!),
    entryLatencyMs: known(readings.entryLatencyMs[0]!),
  };
}

function known(value: number): number | null {
  return Number.isFinite(value) ? short(value) : null;
}

/** The digits that anybody reads; a line per service and period adds up. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}

function rounded(decision: Decision): Decision {
  const { evidence } = decision;
  if (evidence === undefined) return decision;
  const { observation, probabilities } = evidence;
  return {
    ...decision,
    evidence: { ...evidence, observation: observation.map(short), probabilities: probabilities.map(short) },
  };
}

/** A line of a log; undefined for anything else, such as a line that a crash cut off. */
export function decodeLogLine(text: string): LogLine | undefined {
  const line = parseJson(text) as Partial<Record<string, unknown>> | null | undefined;
  if (typeof line !== "object" || line === null) return undefined;
  const isLine =
    (line["kind"] === "run" && line["format"] === decisionLogFormat && Array.isArray(line["services"])) ||
    (line["kind"] === "decision" && typeof line["id"] === "number" && Array.isArray(line["guarded"])) ||
    (line["kind"] === "effect" && typeof line["of"] === "number" && typeof line["seen"] === "object");
  return isLine ? (line as LogLine) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
