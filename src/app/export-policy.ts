import { join, relative, resolve } from "node:path";
import { KarmaError } from "../core/errors.ts";
import { runsByAge } from "../host/run-folder.ts";
import { writeBelow } from "../host/write.ts";
import { type ExportedFile, type ExportedPolicy, exportedPolicyOf } from "../team/policy/export/exported-policy.ts";
import { javaScriptFiles } from "../team/policy/export/javascript.ts";
import { onnxFiles } from "../team/policy/export/onnx.ts";
import { tfjsFiles } from "../team/policy/export/tfjs.ts";
import { readNamedRun, type ReadRun, readRun, runFiles } from "./runs.ts";

export type ExportFormat = "onnx" | "tfjs" | "js";

const writers: Readonly<Record<ExportFormat, (policy: ExportedPolicy) => readonly ExportedFile[]>> = {
  onnx: onnxFiles,
  tfjs: tfjsFiles,
  js: javaScriptFiles,
};

export type ExportRequest = {
  readonly cwd: string;
  /** The newest of all when undefined. */
  readonly runName: string | undefined;
  readonly format: ExportFormat;
  /** Folder; `export/<format>/` of the run when undefined. */
  readonly out: string | undefined;
};

export type ExportResult = { readonly run: string; readonly format: ExportFormat; readonly files: readonly string[] };

/** Writes what a run learned for another runtime. */
export async function exportPolicy({ cwd, runName, format, out }: ExportRequest): Promise<ExportResult> {
  const run = runOf(cwd, runName);
  if (run.checkpoint.agents === "one") {
    const message = `expected a team with an agent for each service, found one agent for all in ${run.path}`;
    throw new KarmaError("INPUT_INVALID", message, "name a run of karma train");
  }
  const folder = out === undefined ? join(run.path, "export", format) : resolve(cwd, out);
  const files = await writeBelow(folder, writers[format](exportedPolicyOf(run.checkpoint)));
  return { run: run.team, format, files: files.map((file) => relative(cwd, file)) };
}

function runOf(cwd: string, runName: string | undefined): ReadRun {
  if (runName !== undefined) return readNamedRun(cwd, runName);
  const [newest] = runsByAge(join(cwd, "runs"), runFiles.checkpoint);
  if (newest !== undefined) return readRun(newest);
  throw new KarmaError("NOT_READY", `no run in ${join(cwd, "runs")}`, "karma train makes one");
}
