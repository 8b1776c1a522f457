import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Pids of all processes that were started with this state directory, whoever their parent is now. Linux only. */
export function processesUsing(stateDir: string): number[] {
  const mark = `KARMA_STATE_DIR=${stateDir}`;
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && read(`/proc/${entry}/environ`)?.split("\0").includes(mark))
    .map(Number);
}

/** Waits until no such process is left; those that are when the patience ends, with their command lines. */
export async function untilNoneUses(stateDir: string, patienceMs = 15_000): Promise<string[]> {
  for (const endMs = performance.now() + patienceMs; ; await sleep(100)) {
    const left = processesUsing(stateDir);
    if (left.length === 0) return [];
    if (performance.now() > endMs) return left.map((pid) => `${pid} ${read(`/proc/${pid}/cmdline`) ?? ""}`);
  }
}

/** Those of the processes whose command line names the program. */
export function processesRunning(program: string, pids: readonly number[]): number[] {
  return pids.filter((pid) => read(`/proc/${pid}/cmdline`)?.includes(program));
}

/** TCP ports on which these processes listen. */
export function portsOf(pids: readonly number[]): number[] {
  const listening = new Map<string, number>();
  for (const line of read("/proc/net/tcp")!.split("\n").slice(1)) {
    const fields = line.trim().split(/\s+/);
    if (fields[3] === "0A") listening.set(`socket:[${fields[9]}]`, Number.parseInt(fields[1]!.split(":")[1]!, 16));
  }
  return pids.flatMap((pid) => socketsOf(pid).flatMap((socket) => listening.get(socket) ?? []));
}

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
      } catch {
        return []; // Closed in between.
      }
    });
  } catch {
    return []; // Ended in between.
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // Ended in between, or not ours to look at.
  }
}
