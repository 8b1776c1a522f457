import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

/** A process for good: a pid alone is given to another process one day. */
export type ProcessIdentity = {
  readonly pid: number;
  /** When it started, as the system writes it; empty where the system does not say. */
  readonly started: string;
};

/** The environment variable that every process of a cluster carries, with the cluster's id. */
export const CLUSTER_MARK = "KARMA_CLUSTER_ID";

const isLinux = process.platform === "linux";

/** The process that has this pid now; undefined when there is none, or only the remains of one. */
export function identify(pid: number): ProcessIdentity | undefined {
  const started = isLinux ? startedOnLinux(pid) : startedElsewhere(pid);
  return started === undefined ? undefined : { pid, started };
}

/** True when that very process still runs. */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  return started !== "" && identify(pid)?.started === started;
}

/** Every process on the machine that carries the mark of this cluster. Linux only, elsewhere none is found. */
export function findMarked(clusterId: string): ProcessIdentity[] {
  if (!isLinux) return [];
  const mark = `${CLUSTER_MARK}=${clusterId}`;
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && readProc(`${entry}/environ`)?.split("\0").includes(mark))
    .flatMap((entry) => identify(Number(entry)) ?? []);
}

/** Boot id and start in clock ticks since boot (field 22), so that a record does not match after a reboot. */
function startedOnLinux(pid: number): string | undefined {
  const stat = readProc(`${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the command in parentheses and may hold anything, parentheses and blanks too.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const isDead = fields[0] === "Z" || fields[0] === "X";
  return isDead ? undefined : `${readProc("sys/kernel/random/boot_id")?.trim() ?? ""}/${fields[19]}`;
}

/** A process that is gone, or is not ours to look at, reads as undefined. */
function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

function startedElsewhere(pid: number): string | undefined {
  try {
    const [state = "", ...start] = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], { encoding: "utf8" })
      .trim()
      .split(/\s+/);
    return state === "" || state.startsWith("Z") ? undefined : start.join(" ");
  } catch (error) {
    // ps exits 1 when there is no such process.
    if (error instanceof Error && "status" in error && error.status === 1) return undefined;
    throw error;
  }
}
