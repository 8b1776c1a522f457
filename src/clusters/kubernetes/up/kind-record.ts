import { linkSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { writeFileAtomic } from "../../../host/files.ts";
import { type ProcessIdentity, identify, isAlive } from "../../local/process-identity.ts";

/** A cluster of kind on which karma runs something, as it stands in a file of its own while that is so. */
export type KindRecord = {
  readonly cluster: string;
  /** True: karma made the cluster, and may delete it. */
  readonly isOwn: boolean;
  /** False until `kind create` has ended well. */
  readonly isComplete: boolean;
  /** Who makes it, or made it. */
  readonly starter: ProcessIdentity;
};

/** Kubernetes' names of objects, which kind's names of clusters are too; nothing else becomes a file. */
const NAME = /^[a-z0-9.-]{1,63}$/;

export function isKindName(name: string): boolean {
  return NAME.test(name) && !name.startsWith(".");
}

/** Written before anything is made, so that whoever comes after a crash knows what is karma's. */
export async function writeKindRecord(record: Omit<KindRecord, "starter">): Promise<void> {
  await writeFileAtomic(pathOf(record.cluster), textOf(record), 0o600);
}

function textOf(record: Omit<KindRecord, "starter">): string {
  const starter = identify(process.pid) ?? { pid: process.pid, started: "" };
  return JSON.stringify({ ...record, starter });
}

/**
 * Takes the right to make a cluster, of which one karma alone has it. False where another was quicker.
 * @param stale  the record of a cluster that is half made or gone, which is taken over
 */
export function claimKindRecord(cluster: string, stale: KindRecord | undefined): boolean {
  return stale === undefined ? writeFirst(cluster) : takeOver(stale);
}

/** A name is linked whole or not at all, and never over another. */
function writeFirst(cluster: string): boolean {
  const path = pathOf(cluster);
  const own = `${path}.${process.pid}.tmp`;
  writeFileSync(own, textOf({ cluster, isOwn: true, isComplete: false }), { mode: 0o600 });
  try {
    return isNew(() => linkSync(own, path));
  } finally {
    rmSync(own, { force: true });
  }
}

/** Of several that find the same stale one, the first alone replaces it. */
function takeOver(stale: KindRecord): boolean {
  const { cluster } = stale;
  const claim = `${pathOf(cluster)}.taken.tmp`;
  if (!isNew(() => writeFileSync(claim, "", { flag: "wx", mode: 0o600 }))) return false;
  try {
    if (JSON.stringify(readKindRecord(cluster)) !== JSON.stringify(stale)) return false;
    removeKindRecord(cluster);
    return writeFirst(cluster);
  } finally {
    rmSync(claim, { force: true });
  }
}

/** False where there is a file of that name already. */
function isNew(make: () => void): boolean {
  try {
    make();
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

export function removeKindRecord(cluster: string): void {
  rmSync(pathOf(cluster), { force: true });
}

export function readKindRecord(cluster: string): KindRecord | undefined {
  return readRecord(cluster);
}

export function listKindRecords(): readonly KindRecord[] {
  return readdirSync(folder())
    .filter((file) => file.endsWith(".json") && isKindName(nameOf(file)))
    .sort()
    .flatMap((file) => readRecord(nameOf(file)) ?? []);
}

function nameOf(file: string): string {
  return file.slice(0, -".json".length);
}

/** Of a damaged file only its name is known: such a cluster is taken for one of others', which karma never deletes. */
function readRecord(cluster: string): KindRecord | undefined {
  const text = readThere(pathOf(cluster));
  if (text === undefined) return undefined;
  const found = parsed(text);
  return isRecord(found, cluster)
    ? found
    : { cluster, isOwn: false, isComplete: true, starter: { pid: 0, started: "" } };
}

/** Undefined for a file that another karma has just removed. */
function readThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isRecord(found: unknown, name: string): found is KindRecord {
  if (typeof found !== "object" || found === null) return false;
  const { cluster, isOwn, isComplete, starter }: { readonly [key in keyof KindRecord]?: unknown } = found;
  const isPlain = cluster === name && typeof isOwn === "boolean" && typeof isComplete === "boolean";
  return isPlain && isIdentity(starter);
}

function isIdentity(found: unknown): boolean {
  if (typeof found !== "object" || found === null) return false;
  const { pid, started }: { readonly [key in keyof ProcessIdentity]?: unknown } = found;
  return Number.isInteger(pid) && typeof started === "string";
}

/** True for a cluster that karma was about to make when it died. */
export function isHalfMade({ isOwn, isComplete, starter }: KindRecord): boolean {
  return isOwn && !isComplete && !isAlive(starter);
}

/** True while another karma makes it. */
export function isBeingMade({ isComplete, starter }: KindRecord): boolean {
  return !isComplete && isAlive(starter) && starter.pid !== process.pid;
}

function pathOf(cluster: string): string {
  if (!isKindName(cluster)) throw new Error(`${cluster} is no name of a cluster of kind`);
  return join(folder(), `${cluster}.json`);
}

/** `$KARMA_STATE_DIR/kind` or `~/.karma/kind`, for its owner alone. */
function folder(): string {
  const path = join(process.env["KARMA_STATE_DIR"] ?? join(homedir(), ".karma"), "kind");
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}
