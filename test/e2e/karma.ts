import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

const launcher = fileURLToPath(new URL("../../bin/karma.js", import.meta.url));

/** The user's own node, which may be older than the one that runs this test: then the launcher has work to do. */
const userNode =
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== dirname(process.execPath) && !folder.includes("node_modules"))
    .map((folder) => join(folder, "node"))
    .find((path) => existsSync(path)) ?? process.execPath;

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type Started = {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Everything said so far, stdout and stderr together. */
  readonly said: () => string;
};

/** A folder to work in, and a state directory that no other test shares. */
export type Workplace = {
  readonly folder: string;
  readonly stateDir: string;
  readonly start: (...args: string[]) => Started;
  readonly run: (...args: string[]) => Promise<Ended>;
};

/** @param isGroup  the command leads a process group of its own, as a job of a shell does */
export function createWorkplace({ isGroup = false }: { readonly isGroup?: boolean } = {}): Workplace {
  const base = mkdtempSync(join(tmpdir(), "karma-e2e-"));
  const folder = join(base, "shop");
  const stateDir = join(base, "state");
  const env = { ...process.env, KARMA_STATE_DIR: stateDir };
  const start = (...args: string[]): Started => launch(args, { cwd: existsSync(folder) ? folder : base, env, isGroup });
  const run = (...args: string[]): Promise<Ended> => start(...args).ended;
  onTestFinished(async () => {
    await run("cluster", "down", "--all");
    rmSync(base, { recursive: true, force: true, maxRetries: 3 });
  });
  return { folder, stateDir, start, run };
}

type Place = { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly isGroup: boolean };

function launch(args: readonly string[], { cwd, env, isGroup }: Place): Started {
  const child = spawn(userNode, [launcher, ...args], {
    cwd,
    env,
    detached: isGroup,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "close").then(() => ({ code: child.exitCode, stdout, stderr }));
  return { process: child, pid: child.pid!, ended, said: () => stdout + stderr };
}
