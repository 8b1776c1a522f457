import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { KarmaError } from "../core/errors.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "is a folder",
  ERR_FS_EISDIR: "is a folder",
  EEXIST: "a file is in the way",
  ENOTDIR: "a part of the path is not a folder",
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "a link that leads to itself",
};

/** What the system said about a file, in words; undefined for what is not the user's to mend. */
export function systemReason(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? reasons[String(error.code)] : undefined;
}

/** The failure of a write as the user's to mend; any other error as it is. */
export function writeFailure(error: unknown, path: string): unknown {
  const reason = systemReason(error);
  if (reason === undefined) return error;
  return new KarmaError("INPUT_INVALID", `cannot write ${path}: ${reason}`, "name another place, or make room there", {
    cause: error,
  });
}

/** Makes a folder and those above it, one by one: Node's recursive way never ends below /proc. */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let at = path; !existsSync(at); at = dirname(at)) missing.unshift(at);
  for (const folder of missing) {
    try {
      mkdirSync(folder);
    } catch (error) {
      // Another process may have made it in between.
      if (!existsSync(folder)) throw writeFailure(error, folder);
    }
  }
}
