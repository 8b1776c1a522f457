import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
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

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw writeFailure(error, path);
  }
}
