import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { type Options, execa } from "execa";
import type { Ended } from "./karma.ts";

const LOOK_MS = 50;
const launcher = fileURLToPath(new URL("../../bin/karma.js", import.meta.url));

/** A folder with a kubeconfig and a state folder of its own, and karma in it. */
export type KindPlace = {
  readonly folder: string;
  /** Runs a program there; its standard output. */
  readonly tool: (tool: string, ...args: readonly string[]) => Promise<string>;
  readonly karma: (...args: readonly string[]) => Promise<Ended>;
  readonly start: (...args: readonly string[]) => Running;
  /** The same folder with some variables changed. */
  readonly with: (env: Readonly<Record<string, string>>) => KindPlace;
  /** A topology of two small services, as a file of its own; its name. */
  readonly topology: (name: string, changes?: object) => string;
  readonly remove: () => void;
};

export type Running = { readonly process: ChildProcess; readonly ended: Promise<Ended>; readonly said: () => string };

export function createKindPlace(): KindPlace {
  const folder = mkdtempSync(join(tmpdir(), "karma-kind-"));
  mkdirSync(join(folder, "state"));
  const env = { KUBECONFIG: join(folder, "kubeconfig"), KARMA_STATE_DIR: join(folder, "state") };
  return placeIn(folder, env);
}

function placeIn(folder: string, env: Readonly<Record<string, string>>): KindPlace {
  const options: Options = { cwd: folder, env };
  const start = (...args: readonly string[]): Running => launch(folder, env, args);
  return {
    folder,
    tool: async (tool, ...args) => String((await execa(tool, args, options)).stdout),
    karma: (...args) => start(...args).ended,
    start,
    with: (changed) => placeIn(folder, { ...env, ...changed }),
    topology(name, changes = {}) {
      const service = { cpu: 100, ram: 96, startup_s: 0.5 };
      const services = {
        gate: { ...service, computation_throughput: 100, ...changes },
        narrow: { ...service, computation_throughput: 10 },
      };
      const connections = [{ source: "gate", destination: "narrow" }];
      writeFileSync(join(folder, `${name}.json`), JSON.stringify({ name, services, connections }));
      return `${name}.json`;
    },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

function launch(cwd: string, env: Readonly<Record<string, string>>, args: readonly string[]): Running {
  const child = spawn(process.execPath, [launcher, ...args], {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = once(child, "close").then(() => ({ code: child.exitCode, stdout, stderr }));
  return { process: child, ended, said: () => stdout + stderr };
}

/** Waits until a command has said something. */
export async function untilSaid({ ended, said }: Running, text: string): Promise<void> {
  let isOver = false;
  void ended.then(() => (isOver = true));
  while (!said().includes(text)) {
    if (isOver) throw new Error(`ended before it said ${text}: ${said()}`);
    await sleep(LOOK_MS);
  }
}
