import { join } from "node:path";
import { changesSize } from "../control/loop/autoscaler.ts";
import { type DecisionLine, type EffectLine, type RunLine, decodeLogLine } from "../control/loop/decision-log.ts";
import { KarmaError } from "../core/errors.ts";
import { readUserFile } from "../host/read.ts";
import { runsByAge } from "../host/run-folder.ts";
import { namedRun, runFiles } from "./runs.ts";

export type ExplainRequest = {
  readonly cwd: string;
  /** That of the last transfer when undefined. */
  readonly runName: string | undefined;
  /** Since the run began, ms of the cluster's clock. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly service: string | undefined;
  /** Those too in which nothing happened. */
  readonly isAll: boolean;
};

/** A decision and what had come of it; no effect where the run ended before, or has not come so far. */
export type Explained = {
  readonly atMs: number;
  readonly decision: DecisionLine;
  readonly effect: EffectLine | undefined;
};

export type Explanation = {
  readonly logPath: string;
  readonly run: RunLine;
  /** In the window, oldest first. */
  readonly explained: readonly Explained[];
  /** Decisions of the window, those too in which nothing happened. */
  readonly decisions: number;
};

const LOG_LIMIT_BYTES = 256 * 1024 * 1024;

/** A window of the decision log of a run. */
export function explain(request: ExplainRequest): Explanation {
  const logPath = findLog(request);
  const { run, decisions, effects } = readLog(logPath);
  const { service, fromMs = 0, toMs = Number.POSITIVE_INFINITY } = request;
  if (service !== undefined && !run.services.includes(service)) {
    const hint = `its services are ${run.services.join(", ")}`;
    throw new KarmaError("INPUT_INVALID", `no service ${service} in ${logPath}`, hint);
  }
  const inWindow = decisions
    .map((decision) => ({ decision, atMs: decision.atMs - run.startMs }))
    .filter(
      ({ decision, atMs }) => atMs >= fromMs && atMs <= toMs && decision.service === (service ?? decision.service),
    );
  const explained = inWindow
    .filter(({ decision }) => request.isAll || isEvent(decision))
    .map(({ decision, atMs }): Explained => ({ atMs, decision, effect: effects.get(decision.id) }));
  return { logPath, run, explained, decisions: inWindow.length };
}

/** A size changed, the guard spoke, another one decided, or a rule or another agent changed the choice. */
function isEvent(decision: DecisionLine): boolean {
  const { guarded, substitution, evidence } = decision;
  const { preferred, overruled } = evidence?.ruled ?? {};
  const isRuled = preferred !== undefined || overruled !== undefined;
  return changesSize(decision) || guarded.length > 0 || substitution !== undefined || isRuled;
}

function findLog({ cwd, runName }: ExplainRequest): string {
  const runs = join(cwd, "runs");
  const path = runName === undefined ? runsByAge(runs, runFiles.decisions)[0] : namedRun(cwd, runName);
  if (path !== undefined) return join(path, runFiles.decisions);
  throw new KarmaError("NOT_READY", `no run in ${runs} has decided anything yet`, "karma transfer makes a log");
}

type Log = {
  readonly run: RunLine;
  readonly decisions: readonly DecisionLine[];
  readonly effects: ReadonlyMap<number, EffectLine>;
};

function readLog(path: string): Log {
  const texts = readUserFile(path, "decision log", LOG_LIMIT_BYTES).split("\n");
  // The last line has no end while it is written, or after a crash.
  const lines = texts.slice(0, -1).map(decodeLogLine);
  const bad = lines.indexOf(undefined);
  const [run] = lines;
  if (run?.kind !== "run" || bad >= 0) {
    const message = `${path}, line ${Math.max(0, bad) + 1}: expected a line of a decision log, found something else`;
    throw new KarmaError("INPUT_INVALID", message, "karma transfer writes it anew");
  }
  const decisions: DecisionLine[] = [];
  const effects = new Map<number, EffectLine>();
  for (const line of lines) {
    if (line?.kind === "decision") decisions.push(line);
    if (line?.kind === "effect") effects.set(line.of, line);
  }
  return { run, decisions, effects };
}
