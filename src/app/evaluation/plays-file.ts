import { openRunFolder } from "../../host/run-folder.ts";
import type { PlayAnswer, PlayJob } from "./play-job.ts";

const FILE = "plays.jsonl";

/** Plays of earlier and of this evaluation, by content hash, in a JSON-lines file that grows with every play. */
export type PlaysFile = {
  get(key: string): PlayAnswer | undefined;
  add(key: string, job: PlayJob, answer: PlayAnswer): void;
  /** Puts the lines in order of their keys, so that the same plays are the same bytes. */
  finish(): Promise<void>;
};

type Line = { readonly key: string; readonly job: PlayJob } & PlayAnswer;

/** A line that a killed evaluation left half-written is dropped, and what is behind it. */
export function openPlays(folderPath: string): PlaysFile {
  const folder = openRunFolder(folderPath);
  folder.rewind(FILE, (line) => typeof (line as Partial<Line>).key === "string");
  const text = Buffer.from(folder.read(FILE) ?? new Uint8Array()).toString("utf8");
  const known = new Map<string, Line>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const read = parseLine(line);
    known.set(read.key, read);
  }
  return {
    get: (key) => known.get(key),
    add(key, job, answer) {
      const line: Line = { key, job, ...answer };
      known.set(key, line);
      folder.append(FILE, line);
    },
    async finish() {
      const lines = [...known.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
      await folder.write(FILE, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    },
  };
}

/** JSON has no NaN: it is written as null, and nothing else here is. */
function parseLine(text: string): Line {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by `add`, found by its key
  return JSON.parse(text, (_, value: unknown) => (value === null ? Number.NaN : value)) as Line;
}
