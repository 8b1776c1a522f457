import type { Problem } from "../../core/errors.ts";

/** Most intervals of a trace: about two years of minutes. */
const MOST_SLOTS = 1_000_000;

/** Counts on an even grid, or what is wrong with their times. */
export type Slots =
  | { readonly values: readonly number[]; readonly stepS: number; readonly warnings: readonly Problem[] }
  | { readonly values: undefined; readonly message: string };

/**
 * Puts counts on an even grid: its step is the median distance of the times. Gaps are filled by a straight line, counts
 * that fall into one interval are added; both are warnings.
 *
 * @param timesS  rising
 */
export function fillSlots(timesS: readonly number[], counts: readonly number[]): Slots {
  const distances = timesS.slice(1).map((time, index) => time - timesS[index]!);
  const stepS = distances.toSorted((a, b) => a - b)[Math.floor(distances.length / 2)]!;
  const last = Math.round((timesS.at(-1)! - timesS[0]!) / stepS);
  if (last >= MOST_SLOTS) return { values: undefined, message: "expected at most a million intervals, found more" };
  const values: (number | undefined)[] = Array.from({ length: last + 1 });
  let added = 0;
  for (const [index, time] of timesS.entries()) {
    const slot = Math.round((time - timesS[0]!) / stepS);
    if (values[slot] !== undefined) added++;
    values[slot] = (values[slot] ?? 0) + counts[index]!;
  }
  const missing = values.filter((value) => value === undefined).length;
  if (missing > timesS.length) {
    const found = `${missing} of ${values.length} intervals missing at a step of ${stepS} s`;
    return { values: undefined, message: `expected times at even distances, found ${found}` };
  }
  const warnings: Problem[] = [];
  if (missing > 0)
    warnings.push({ path: "", message: `${missing} intervals are missing and were filled by a straight line` });
  if (added > 0)
    warnings.push({
      path: "",
      message: `${added} lines fell into the interval of the line before and were added to it`,
    });
  return { values: interpolate(values), stepS, warnings };
}

/** The first and the last value must be there. */
function interpolate(values: readonly (number | undefined)[]): readonly number[] {
  const filled: number[] = [];
  for (const [place, value] of values.entries()) {
    if (value === undefined) continue;
    const from = filled.length;
    const before = filled[from - 1] ?? 0;
    const rise = value - before;
    for (let slot = from; slot < place; slot++) filled.push(before + (rise * (slot - from + 1)) / (place - from + 1));
    filled.push(value);
  }
  return filled;
}
