import { closeSync, fsyncSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { dirname, extname } from "node:path";
import { makeFolder, writeFailure } from "./user-files.ts";

/** A new file that grows line by line: what was appended is there whatever becomes of this process. */
export type LineFile = {
  readonly path: string;
  append(line: string): void;
  /** What was appended is on the disk. */
  close(): void;
};

/** Makes the file; one that is there already is the user's and is not touched. */
export function createLineFile(path: string): LineFile {
  const file = attempt(path, () => {
    makeFolder(dirname(path));
    return openSync(path, "ax");
  });
  return {
    path,
    append: (line) => attempt(path, () => void writeSync(file, `${line}\n`)),
    close() {
      attempt(path, () => fsyncSync(file));
      closeSync(file);
    },
  };
}

/** Renames a file that is there: `log.jsonl`, last written at noon, becomes `log-20260101T120000.000Z.jsonl`. */
export function setAside(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  const ending = extname(path);
  const at = found.mtime.toISOString().replaceAll(/[-:]/g, "");
  attempt(path, () => renameSync(path, `${path.slice(0, path.length - ending.length)}-${at}${ending}`));
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw writeFailure(error, path);
  }
}
