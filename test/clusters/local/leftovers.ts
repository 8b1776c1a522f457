import { execFileSync } from "node:child_process";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Pids of all processes whose command line names the directory: supervisors name their spec, pods their config. */
export function processesOf(directory: string): number[] {
  return execFileSync("ps", ["-A", "-ww", "-o", "pid=,stat=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(directory) && !/^\s*\d+\s+Z/.test(line))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => pid !== process.pid);
}

/** Waits until no such process is left; those that are when the patience ends. */
export async function untilNoProcessOf(directory: string, patienceMs: number = 10_000): Promise<number[]> {
  for (const endMs = performance.now() + patienceMs; ; await sleep(50)) {
    const left = processesOf(directory);
    if (left.length === 0 || performance.now() > endMs) return left;
  }
}

/** True when nobody listens there. */
export async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED") resolve(true);
      else reject(error);
    });
  });
}
