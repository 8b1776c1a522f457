import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { type SojournRun, sojournRun } from "./sojourn-runs.ts";

const TELL_EVERY = 100;

/**
 * Runs 0 to `count` - 1, each simulated once: what is done is kept in a file, one line each, so that a fit that was
 * stopped goes on. Run n is the same whoever simulates it. After a change of the request-level twin take another file.
 */
export function sojournRuns(count: number, path: string, progress: (line: string) => void): readonly SojournRun[] {
  mkdirSync(dirname(path), { recursive: true });
  const runs = existsSync(path) ? wholeLines(path) : [];
  if (runs.length > 0) progress(`${runs.length} runs are in ${path}`);
  for (let number = runs.length; number < count; number++) {
    const run = sojournRun(number);
    appendFileSync(path, `${JSON.stringify(run)}\n`);
    runs.push(run);
    if (runs.length % TELL_EVERY === 0) progress(`${runs.length} of ${count} runs`);
  }
  return runs.slice(0, count);
}

/** Whoever was stopped while writing left half a line, which must not be there for the next to go on from. */
function wholeLines(path: string): SojournRun[] {
  const text = readFileSync(path, "utf8");
  if (text !== "" && !text.endsWith("\n")) throw new Error(`${path} ends in half a line: take it off`);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as SojournRun);
}
