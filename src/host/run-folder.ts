import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { writeBelow } from "./write.ts";
import { makeFolder, writeFailure } from "./user-files.ts";

/** `runs/<name>/`: everything one training run leaves behind. */
export type RunFolder = {
  readonly path: string;
  /** Replaces a file in one step: after a crash it is the old one or the new one, never half of one. */
  write(file: string, content: string | Uint8Array): Promise<void>;
  /** The content of a file, undefined where there is none. */
  read(file: string): Uint8Array | undefined;
  /** Removes a file, if it is there. */
  remove(file: string): void;
  /** Appends one JSON line. */
  append(file: string, line: unknown): void;
  /** Drops the lines of a JSON-lines file that `keep` does not accept, from the first such line on. */
  rewind(file: string, keep: (line: unknown) => boolean): void;
};

export function openRunFolder(path: string): RunFolder {
  makeFolder(path);
  return {
    path,
    write: async (file, content) => void (await writeBelow(path, [{ path: file, content }])),
    read: (file) => (existsSync(join(path, file)) ? readFileSync(join(path, file)) : undefined),
    remove: (file) => rmSync(join(path, file), { force: true }),
    append: (file, line) => appendLine(join(path, file), line),
    rewind: (file, keep) => rewindLines(join(path, file), keep),
  };
}

function appendLine(path: string, line: unknown): void {
  try {
    appendFileSync(path, `${JSON.stringify(line)}\n`);
  } catch (error) {
    throw writeFailure(error, path);
  }
}

function rewindLines(path: string, keep: (line: unknown) => boolean): void {
  if (!existsSync(path)) return;
  const text = readFileSync(path, "utf8");
  let kept = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", kept)) {
    const line = parseLine(text.slice(kept, end));
    if (line === undefined || !keep(line)) break;
    kept = end + 1;
  }
  truncateSync(path, Buffer.byteLength(text.slice(0, kept)));
}

/** Undefined for a line that is no JSON: what follows a damaged line is not worth keeping. */
function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Folders of `runs/` that hold the file, the one whose file was written last first. */
export function runsByAge(runsPath: string, file: string): string[] {
  if (!statSync(runsPath, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(runsPath)
    .map((name) => join(runsPath, name))
    .filter((path) => existsSync(join(path, file)))
    .map((path) => ({ path, writtenMs: statSync(join(path, file)).mtimeMs }))
    .sort((a, b) => b.writtenMs - a.writtenMs)
    .map(({ path }) => path);
}
