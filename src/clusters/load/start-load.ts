import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { KarmaError } from "../../core/errors.ts";
import type { LoadMessage } from "./load-process.ts";
import type { LoadProgress, LoadResult } from "./load-result.ts";
import type { LoadSpec } from "./load-spec.ts";

const entry = fileURLToPath(new URL("load-process.ts", import.meta.url));
const stderrKept = 2_000;

/**
 * Sends a load from a process of its own, so that the control loop does not disturb it, nor it the control loop. The
 * process ends with its work, with the signal, and with this process.
 *
 * @param onProgress  once per second
 */
export function startLoad(
  spec: LoadSpec,
  signal?: AbortSignal,
  onProgress: (progress: LoadProgress) => void = () => {},
): Promise<LoadResult> {
  signal?.throwIfAborted();
  const child = fork(entry, [], {
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      child.kill("SIGKILL");
    };
    signal?.addEventListener("abort", abort);
    let result: LoadResult | undefined;
    child.on("message", (message: LoadMessage) => {
      if (message.kind === "result") result = message.result;
      else onProgress(message.progress);
    });
    const complaints = keepStderr(child);
    child.on("error", reject);
    child.on("close", (code, killedBy) => {
      signal?.removeEventListener("abort", abort);
      if (signal?.aborted === true) reject(signal.reason);
      else if (result === undefined) reject(endedEarly(code, killedBy, complaints()));
      else resolve(result);
    });
    child.send(spec);
  });
}

function keepStderr(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    text = (text + chunk).slice(-stderrKept);
  });
  return () => text.trim();
}

function endedEarly(code: number | null, killedBy: NodeJS.Signals | null, complaints: string): KarmaError {
  const how = killedBy === null ? `exit code ${code}` : killedBy;
  const hint = complaints === "" ? "run the command again; is the machine out of memory?" : complaints;
  return new KarmaError("TOOL_FAILED", `the load generator ended with ${how} before its load did`, hint);
}
