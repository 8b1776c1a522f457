import { basename, join, resolve } from "node:path";
import { KarmaError } from "../core/errors.ts";
import { completedContest, completedResult } from "../evaluate/earlier-results.ts";
import { type LiveContest, liveFile, liveFormat } from "../evaluate/live-contest.ts";
import { type EvaluateResult, resultFile, resultFormat } from "../evaluate/result.ts";
import { fileExists, readUserFile } from "../host/read.ts";
import { runsByAge } from "../host/run-folder.ts";
import { writeBelow } from "../host/write.ts";

export type ReportRequest = {
  readonly cwd: string;
  /** Folders of evaluations; the newest one when there are none. */
  readonly evaluations: readonly string[];
  /** Where the report goes; `report/` in the first evaluation's folder when undefined. */
  readonly out: string | undefined;
  /** Autoscalers whose plays are drawn over time; the team and the first others when undefined. */
  readonly shown: readonly string[] | undefined;
  readonly command: string;
};

export type ReportAnswer = { readonly page: string; readonly files: readonly string[] };

const LIMIT_BYTES = 512 * 1024 * 1024;
/** Autoscalers drawn over time when none are named. */
const SHOWN = 3;

/** Draws evaluations: one page that needs nothing else, and the same figures for programs and papers. */
export async function writeReport(request: ReportRequest): Promise<ReportAnswer> {
  const { cwd, out, command } = request;
  const folders = foldersOf(request);
  if (folders.some(isLive)) return await writeLiveReport(request, folders);
  const results = folders.map(readResult);
  checkTwins(results, folders);
  // The chart library takes a while to load: other commands do without.
  const { reportFiles } = await import("../report/files.ts");
  const shown = request.shown ?? firstOf(results);
  const target = out === undefined ? join(folders[0]!, "report") : resolve(cwd, out);
  const files = await writeBelow(target, reportFiles(results, { shown, command }));
  return { page: files[0]!, files };
}

function isLive(folder: string): boolean {
  return fileExists(join(folder, liveFile)) && !fileExists(join(folder, resultFile));
}

/** A contest on a running cluster stands by itself: its figures are of another clock and of few seeds. */
async function writeLiveReport(
  { cwd, out, command }: ReportRequest,
  folders: readonly string[],
): Promise<ReportAnswer> {
  const [folder, ...others] = folders;
  if (others.length > 0) {
    const message = `expected a contest on a cluster alone, found ${folders.length} folders`;
    throw new KarmaError("INPUT_INVALID", message, "draw it without --with");
  }
  const { liveReportFiles } = await import("../report/live-report.ts");
  const target = out === undefined ? join(folder!, "report") : resolve(cwd, out);
  const files = await writeBelow(target, liveReportFiles(readLive(folder!), command));
  return { page: files[0]!, files };
}

function readLive(folder: string): LiveContest {
  const path = join(folder, liveFile);
  const document = parseJson(readUserFile(path, "contest of karma evaluate --on", LIMIT_BYTES));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the format says that karma evaluate wrote it
  if ((document as Partial<LiveContest> | undefined)?.format === liveFormat)
    return completedContest(document as LiveContest);
  const message = `${path}: expected a contest on a cluster (${liveFormat}), found something else`;
  throw new KarmaError("INPUT_INVALID", message, "evaluate again with this version");
}

function foldersOf({ cwd, evaluations }: ReportRequest): string[] {
  if (evaluations.length > 0) return evaluations.map((one) => resolve(cwd, one));
  const [newest] = runsByAge(join(cwd, "runs", "evaluations"), resultFile);
  if (newest !== undefined) return [newest];
  throw new KarmaError("NOT_READY", `no evaluation in ${join(cwd, "runs", "evaluations")}`, "karma evaluate makes one");
}

function readResult(folder: string): EvaluateResult {
  const path = join(folder, resultFile);
  const document = parseJson(readUserFile(path, "result of karma evaluate", LIMIT_BYTES));
  const format = (document as Partial<EvaluateResult> | undefined)?.format;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the format says that karma evaluate wrote it
  if (format === resultFormat) return completedResult(document as EvaluateResult);
  const message = `${path}: expected a result of karma evaluate (${resultFormat}), found something else`;
  throw new KarmaError(
    "INPUT_INVALID",
    message,
    "evaluate again with this version: what was played is not played again",
  );
}

/** JSON has no NaN: a figure that is not known was written as null. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) => (value === null ? Number.NaN : value));
  } catch {
    return undefined;
  }
}

/** Sections are told apart by twin and class of traffic. */
function checkTwins(results: readonly EvaluateResult[], folders: readonly string[]): void {
  const keys = results.flatMap(({ twin, rows }) => [
    ...new Set(rows.map((row) => `${row.class} traffic on the ${twin} twin`)),
  ]);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice === undefined) return;
  const names = folders.map((folder) => basename(folder)).join(", ");
  throw new KarmaError("INPUT_INVALID", `${names}: ${twice} is in there twice`, "draw these evaluations apart");
}

function firstOf(results: readonly EvaluateResult[]): string[] {
  const names = [...new Set(results.flatMap(({ timelines }) => timelines.map(({ autoscaler }) => autoscaler)))];
  return names.slice(0, SHOWN);
}
