import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from "node:fs";
import { join } from "node:path";
import { isAbandoned } from "./files.ts";
import { writeBelow } from "./write.ts";
import { makeFolder, writeFailure } from "./user-files.ts";

/** `runs/<name>/`: everything one training run leaves behind. */
export type RunFolder = {
  readonly path: string;
  /** Replaces a file in one step: after a crash it is the old one or the new one, never half of one. */
  write(file: string, content: string | Uint8Array): Promise<void>;
  /** The content of a file, undefined where there is none. */
  read(file: string): Uint8Array | undefined;
  /** Removes a file or a folder, if it is there. */
  remove(file: string): void;
  /** Names in a folder, sorted; none where there is no such folder. */
  list(folder: string): readonly string[];
  /** Appends one JSON line. */
  append(file: string, line: unknown): void;
  /** Sees to it that what was appended outlives the machine too. */
  flush(file: string): void;
  /** What stands in a JSON-lines file, up to the first damaged line. */
  lines(file: string): readonly unknown[];
  /** Drops the lines of a JSON-lines file that `keep` does not accept, from the first such line on. */
  rewind(file: string, keep: (line: unknown) => boolean): void;
};

export function openRunFolder(path: string): RunFolder {
  makeFolder(path);
  sweep(path);
  return {
    path,
    write: async (file, content) => void (await writeBelow(path, [{ path: file, content }])),
    read: (file) => (existsSync(join(path, file)) ? readFileSync(join(path, file)) : undefined),
    remove: (file) => rmSync(join(path, file), { force: true, recursive: true }),
    list: (folder) => (existsSync(join(path, folder)) ? readdirSync(join(path, folder)).sort() : []),
    append: (file, line) => appendLine(join(path, file), line),
    flush: (file) => flush(join(path, file)),
    lines: (file) => linesOf(join(path, file)).map(({ line }) => line),
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

/** Halves of files that a killed process was writing. */
function sweep(path: string): void {
  for (const { name, parentPath } of readdirSync(path, { withFileTypes: true, recursive: true }))
    if (isAbandoned(name)) rmSync(join(parentPath, name), { force: true });
}

function flush(path: string): void {
  try {
    const file = openSync(path, "r+");
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw writeFailure(error, path);
  }
}

function rewindLines(path: string, keep: (line: unknown) => boolean): void {
  if (!existsSync(path)) return;
  let keptBytes = 0;
  for (const { line, endsAt } of linesOf(path)) {
    if (!keep(line)) break;
    keptBytes = endsAt;
  }
  truncateSync(path, keptBytes);
}

/** Lines of a file up to the first damaged one, and where each ends, bytes. */
function linesOf(path: string): readonly { readonly line: unknown; readonly endsAt: number }[] {
  if (!existsSync(path)) return [];
  const bytes = readFileSync(path);
  const lines: { readonly line: unknown; readonly endsAt: number }[] = [];
  let from = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
    const line = parseLine(bytes.toString("utf8", from, end));
    if (line === undefined) break;
    from = end + 1;
    lines.push({ line, endsAt: from });
  }
  return lines;
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
