import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "./files.ts";

/** `runs/<name>/`: everything one training run leaves behind. */
export type RunFolder = {
  readonly path: string;
  /** Replaces a file in one step: after a crash it is the old one or the new one, never half of one. */
  write(file: string, content: string | Uint8Array): Promise<void>;
  /** The content of a file, undefined where there is none. */
  read(file: string): Uint8Array | undefined;
  /** Appends one JSON line. */
  append(file: string, line: unknown): void;
  /** Drops the lines of a JSON-lines file that `keep` does not accept, from the first such line on. */
  rewind(file: string, keep: (line: unknown) => boolean): void;
};

export function openRunFolder(path: string): RunFolder {
  mkdirSync(path, { recursive: true });
  return {
    path,
    write: (file, content) => writeFileAtomic(join(path, file), content),
    read: (file) => (existsSync(join(path, file)) ? readFileSync(join(path, file)) : undefined),
    append: (file, line) => appendFileSync(join(path, file), `${JSON.stringify(line)}\n`),
    rewind: (file, keep) => rewindLines(join(path, file), keep),
  };
}

function rewindLines(path: string, keep: (line: unknown) => boolean): void {
  if (!existsSync(path)) return;
  const text = readFileSync(path, "utf8");
  let kept = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", kept)) {
    if (!keep(JSON.parse(text.slice(kept, end)))) break;
    kept = end + 1;
  }
  truncateSync(path, Buffer.byteLength(text.slice(0, kept)));
}

/** Folders of `runs/` that hold the file, the one whose file was written last first. */
export function runsByAge(runsPath: string, file: string): string[] {
  if (!existsSync(runsPath)) return [];
  return readdirSync(runsPath)
    .map((name) => join(runsPath, name))
    .filter((path) => existsSync(join(path, file)))
    .map((path) => ({ path, writtenMs: statSync(join(path, file)).mtimeMs }))
    .sort((a, b) => b.writtenMs - a.writtenMs)
    .map(({ path }) => path);
}
