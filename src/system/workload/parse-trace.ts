import type { Problem } from "../../core/errors.ts";
import { type Decoded, refuse } from "../topology/decoded.ts";
import { describe, quote } from "../topology/path.ts";
import { fillSlots } from "./trace-slots.ts";
import { parseTimeS } from "./trace-time.ts";
import type { Trace } from "./trace.ts";

/** Largest text that is read, UTF-16 units. */
const LARGEST_TEXT = 67_108_864;
const MINUTE_MS = 60_000;

/**
 * Reads a recorded load from CSV: counts per interval become rates.
 *
 * - two columns, time and count, with or without a header; times are dates, or numbers (minutes; seconds under a
 *   header that is not `minute`). The first and the last interval are dropped, because a recording rarely holds all of
 *   them.
 * - wide: a header that ends with the minutes `1,2,3,…`, one row per function, as in the Azure Functions traces.
 *
 * @param row  which row of a wide file, from 1
 */
export function parseTrace(text: string, fileName: string, row = 1): Decoded<Trace> {
  if (text.length > LARGEST_TEXT) {
    return refuse([
      { path: fileName, message: `expected at most 64 MiB, found ${Math.ceil(text.length / 1_048_576)} MiB` },
    ]);
  }
  const lines = text
    .replace(/^\uFEFF/, "")
    .trimEnd()
    .split(/\r?\n/);
  const header = cells(lines[0]!);
  const firstMinute = header.indexOf("1");
  const isWide = firstMinute >= 0 && header.slice(firstMinute).every((name, index) => name === String(index + 1));
  if (isWide && header.length - firstMinute > 2) return parseWide(lines, firstMinute, row);
  return parseColumns(lines);
}

function parseWide(lines: readonly string[], firstMinute: number, row: number): Decoded<Trace> {
  const line = lines[row];
  if (line === undefined) {
    return refuse([{ path: "", message: `expected a row in [1, ${lines.length - 1}], found ${row}` }]);
  }
  const minutes = cells(lines[0]!).length - firstMinute;
  const values = cells(line).slice(firstMinute);
  const path = `line ${row + 1}`;
  if (values.length !== minutes) {
    return refuse([{ path, message: `expected ${minutes} minutes, found ${values.length}` }]);
  }
  const bad = values.find((value) => !isCount(value));
  if (bad !== undefined) return refuse([{ path, message: `expected a count >= 0, found ${quote(bad)}` }]);
  return finish(values.map(Number), MINUTE_MS, []);
}

function parseColumns(lines: readonly string[]): Decoded<Trace> {
  const problems: Problem[] = [];
  const header = isCount(cells(lines[0]!)[1] ?? "") ? undefined : cells(lines[0]!);
  const timesS: number[] = [];
  const counts: number[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 && header !== undefined) continue;
    const message = readLine(line, header, timesS, counts);
    if (message !== undefined) problems.push({ path: `line ${index + 1}`, message });
  }
  if (problems.length > 0) return refuse(problems);
  if (timesS.length < 4) {
    return refuse([{ path: "", message: `expected four or more lines of time and count, found ${timesS.length}` }]);
  }
  const slots = fillSlots(timesS, counts);
  if (slots.values === undefined) return refuse([{ path: "", message: slots.message }]);
  return finish(slots.values.slice(1, -1), slots.stepS * 1_000, slots.warnings);
}

/** Adds a line's time and count, or says what is wrong with it. */
function readLine(
  line: string,
  header: readonly string[] | undefined,
  timesS: number[],
  counts: number[],
): string | undefined {
  const [time = "", count = "", ...more] = cells(line);
  if (more.length > 0 || count === "") return `expected a time and a count, found ${describe(line)}`;
  if (!isCount(count)) return `expected a count >= 0, found ${quote(count)}`;
  const timeS = parseTimeS(time, header?.[0]?.toLowerCase());
  if (timeS === undefined) return `expected a time such as 1998-05-14 22:00, found ${quote(time)}`;
  if (timeS <= (timesS.at(-1) ?? -Infinity))
    return `expected a later time than in the line before, found ${quote(time)}`;
  timesS.push(timeS);
  counts.push(Number(count));
  return undefined;
}

function finish(counts: readonly number[], stepMs: number, warnings: readonly Problem[]): Decoded<Trace> {
  if (!counts.some((count) => count > 0)) {
    return refuse([{ path: "", message: "expected a count above 0 somewhere, found only zeros" }]);
  }
  return {
    ok: true,
    value: { ratePerS: Float64Array.from(counts, (count) => (count * 1_000) / stepMs), stepMs },
    warnings,
  };
}

function cells(line: string): readonly string[] {
  return line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}

function isCount(text: string): boolean {
  return /^\d+(\.\d+)?(e[+-]?\d{1,2})?$/i.test(text);
}
