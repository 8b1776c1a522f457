import { createInterface } from "node:readline";
import { execa } from "execa";
import type { ToolAnswer } from "../run-tool.ts";

export type RunOptions = {
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: ((line: string) => void) | undefined;
  /** What the program reads from its standard input; nothing when left out. */
  readonly input?: string | undefined;
};

export type RunLong = (tool: string, args: readonly string[], options?: RunOptions) => Promise<ToolAnswer>;

/** Time a program has between being asked to end and being ended, ms. */
const GRACE_MS = 3_000;

/**
 * Runs a program that takes its time, and says each line of its standard error. Aborted, the program ends with all that
 * it started: it leads a process group of its own.
 */
export const runLong: RunLong = async (tool, args, { signal, onLine, input } = {}) => {
  signal?.throwIfAborted();
  const child = execa(tool, args, {
    reject: false,
    detached: true,
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
  });
  let later: NodeJS.Timeout | undefined;
  const stop = (): void => {
    later = endGroup(child.pid);
  };
  signal?.addEventListener("abort", stop, { once: true });
  try {
    if (onLine !== undefined) createInterface({ input: child.stderr }).on("line", (line) => onLine(line.trim()));
    const result = await child;
    signal?.throwIfAborted();
    const isThere = !(result.failed && result.code === "ENOENT");
    return { exitCode: result.exitCode, isThere, stdout: result.stdout, stderr: result.stderr };
  } finally {
    signal?.removeEventListener("abort", stop);
    // A group that is gone leaves its number to others.
    if (child.pid === undefined || !send(child.pid, 0)) clearTimeout(later);
  }
};

function endGroup(pid: number | undefined): NodeJS.Timeout | undefined {
  if (pid === undefined) return undefined;
  send(pid, "SIGTERM");
  return setTimeout(() => send(pid, "SIGKILL"), GRACE_MS).unref();
}

/** To a whole process group; false where there is none any more. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}
