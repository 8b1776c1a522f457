import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KarmaError } from "../../core/errors.ts";
import { type ProcessIdentity, identify, isAlive } from "./process-identity.ts";
import { clusterDir } from "./state.ts";

type Holder = ProcessIdentity & { readonly what: string };

const TRIES = 5;

/**
 * Does the work while nobody else scales the local cluster: two would undo each other's decisions. A lock whose process
 * has ended counts as none.
 *
 * @param what  is to scale, for others to be told
 */
export async function holdLocalCluster<T>(name: string, what: string, work: () => Promise<T>): Promise<T> {
  const path = join(clusterDir(name), "scaler.json");
  const text = JSON.stringify({ ...identify(process.pid)!, what } satisfies Holder);
  take(path, text, name);
  try {
    return await work();
  } finally {
    // The cluster may have gone down meanwhile, with its folder.
    if (read(path) === text) rmSync(path, { force: true });
  }
}

/** A link comes whole and to one alone: no reader sees half a lock. */
function take(path: string, text: string, name: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    for (let tries = 1; tries <= TRIES; tries++) {
      if (isLinked(draft, path)) return;
      const found = read(path);
      if (found === undefined) continue;
      const holder = JSON.parse(found) as Holder;
      if (isAlive(holder)) throw held(name, holder);
      // Removed only as it was read: somebody else may have been quicker.
      if (read(path) === found) rmSync(path, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
  throw new Error(`${path} comes and goes`);
}

function isLinked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function held(name: string, { pid, what }: Holder): KarmaError {
  const message = `${what} (process ${pid}) scales ${name} already: two would undo each other's decisions`;
  return new KarmaError("NOT_READY", message, "wait for it, or end it with Ctrl-C");
}
