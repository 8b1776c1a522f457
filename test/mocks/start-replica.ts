import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import type { MockConfig } from "../../mocks/src/config.ts";

/** A replica of a mock service in a process of its own, started as the local cluster starts it. */
export type TestReplica = {
  readonly child: ChildProcess;
  readonly url: string;
  /** What it printed so far. */
  output(): string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
};

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

export async function startReplica(
  config: MockConfig,
  env: Readonly<Record<string, string>> = {},
): Promise<TestReplica> {
  const child = spawnReplica(configPath(config), env);
  const message = await new Promise<unknown>((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`the replica ended with ${code} before it listened`)));
  });
  const { port } = message as { port: number };
  const replica = watch(child, `http://127.0.0.1:${port}`);
  if (env["STARTUP_MS"] === undefined) await until(async () => (await fetch(`${replica.url}/readyz`)).ok);
  return replica;
}

export function spawnReplica(path: string, env: Readonly<Record<string, string>> = {}): ChildProcess {
  const child = spawn(process.execPath, ["mocks/src/main.ts", path], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { PATH: process.env["PATH"], PORT: "0", POD_NAME: "pod-1", MOCK_SEED: "1", ...env },
  });
  children.push(child);
  return child;
}

function watch(child: ChildProcess, url: string): TestReplica {
  let output = "";
  child.stdout!.on("data", (chunk) => (output += chunk));
  child.stderr!.on("data", (chunk) => (output += chunk));
  return { child, url, output: () => output, exited: once(child, "exit").then(([code, signal]) => code ?? signal) };
}

export function configPath(config: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), "karma-mock-")), "config.json");
  writeFileSync(path, JSON.stringify(config));
  return path;
}

/** Waits until the condition holds; fails after 10 s. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error("the condition did not come true within 10 s");
    await sleep(20);
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Value of one series of /metrics. */
export async function readMetric({ url }: TestReplica, series: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split("\n").find((one) => one.startsWith(`${series} `));
  if (line === undefined) throw new Error(`no series ${series} in:\n${text}`);
  return Number(line.split(" ").at(-1));
}

export async function statusOf(url: string, init?: RequestInit): Promise<number> {
  const response = await fetch(url, init);
  await response.text();
  return response.status;
}
