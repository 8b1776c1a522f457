import { appendFileSync, renameSync } from "node:fs";

const FILE_BYTES = 1024 * 1024;
const LINES_KEPT = 20;

/** A log file that cannot fill the disk: at 1 MiB it becomes `<path>.1`, over the one before, and starts again. */
export type BoundedLog = {
  write(chunk: string): void;
  /** The last lines, oldest first: what a failure is explained with. */
  lastLines(): readonly string[];
};

export function createBoundedLog(path: string, fileBytes: number = FILE_BYTES): BoundedLog {
  let written = 0;
  let tail: string[] = [];
  return {
    write(chunk) {
      const bytes = Buffer.byteLength(chunk);
      if (written > 0 && written + bytes > fileBytes) {
        renameSync(path, `${path}.1`);
        written = 0;
      }
      appendFileSync(path, chunk, { mode: 0o600 });
      written += bytes;
      tail = [...tail, ...chunk.split("\n").filter((text) => text.trim() !== "")].slice(-LINES_KEPT);
    },
    lastLines: () => tail,
  };
}
