import { mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
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
  const starter = identify(process.pid) ?? { pid: process.pid, started: "" };
  await writeFileAtomic(pathOf(record.cluster), JSON.stringify({ ...record, starter }), 0o600);
}

export function removeKindRecord(cluster: string): void {
  rmSync(pathOf(cluster), { force: true });
}

export function readKindRecord(cluster: string): KindRecord | undefined {
  return listKindRecords().find((record) => record.cluster === cluster);
}

export function listKindRecords(): readonly KindRecord[] {
  return readdirSync(folder())
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder(), file), "utf8")) as KindRecord);
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
