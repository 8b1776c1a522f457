import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { KarmaError } from "../../core/errors.ts";
import { isStartMessage } from "./protocol.ts";
import type { ClusterSpec } from "./state.ts";

/** Beyond the longest start-up that a topology declares, ms. */
const PATIENCE_MS = 120_000;
const LINES_SHOWN = 8;

/** Resolves when all first pods are ready; rejects when one ends early, the supervisor does, or it takes too long. */
export async function awaitUp(
  supervisor: ChildProcess,
  directory: string,
  spec: ClusterSpec,
  onProgress: ((ready: number, wanted: number) => void) | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (message: string, lines: readonly string[]): void => reject(notUp(spec.name, message, lines));
  const limitMs = PATIENCE_MS + longestStartupMs(spec);
  const timer = setTimeout(
    () => fail(`not all pods were ready after ${Math.round(limitMs / 1_000)} s`, lastLines(directory)),
    limitMs,
  );
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted === true) abort();
  supervisor.on("message", (message) => {
    if (!isStartMessage(message)) return;
    if (message.type === "up") resolve();
    else if (message.type === "progress") onProgress?.(message.ready, message.wanted);
    else fail(message.message, message.lines);
  });
  supervisor.once("error", reject);
  supervisor.once("exit", (code, by) =>
    fail(`its supervisor ended (${by ?? `exit code ${code}`})`, lastLines(directory)),
  );
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function longestStartupMs({ topology, timing }: ClusterSpec): number {
  return (10 * Math.max(...topology.services.map(({ startupMs }) => startupMs.mean))) / timing.timeScale;
}

function notUp(name: string, message: string, lines: readonly string[]): KarmaError {
  const said = lines.length === 0 ? "nothing was logged; `karma check` looks at this machine" : lines.join("\n");
  return new KarmaError("TOOL_FAILED", `local cluster ${name} did not come up: ${message}`, said);
}

/** What supervisor and pods said last; nothing when the folder is gone because it was told to end. */
function lastLines(directory: string): string[] {
  const logs = join(directory, "logs");
  if (!existsSync(logs)) return [];
  return readdirSync(logs).flatMap((name) =>
    readFileSync(join(logs, name), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .slice(-LINES_SHOWN)
      .map((line) => `${name}: ${line}`),
  );
}
