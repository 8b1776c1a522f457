import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { KarmaError } from "../../core/errors.ts";
import { isStartMessage } from "./protocol.ts";
import type { ClusterSpec } from "./state.ts";

/** Beyond the longest start-up that a topology declares, ms. */
const PATIENCE_MS = 120_000;

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
  const timer = setTimeout(() => fail(`not all pods were ready after ${Math.round(limitMs / 1_000)} s`, []), limitMs);
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
    fail(`its supervisor ended (${by ?? `exit code ${code}`})`, lastLines(join(directory, "logs", "supervisor.log"))),
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
  const said = lines.length === 0 ? "nothing was logged" : `the last lines of its log:\n${lines.join("\n")}`;
  return new KarmaError("TOOL_FAILED", `local cluster ${name} did not come up: ${message}`, said);
}

function lastLines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").trimEnd().split("\n").slice(-20);
  } catch (error) {
    // The supervisor removes its folder when it is told to end.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
