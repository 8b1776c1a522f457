import type { Problem } from "../../core/errors.ts";

/** Most intervals of a trace: about two years of minutes. */
const MOST_SLOTS = 1_000_000;

export type Slots = {
  /** Count in each interval; undefined when there would be more than a million. */
  readonly values: readonly number[] | undefined;
  readonly stepS: number;
  readonly warnings: readonly Problem[];
};

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
  if (last >= MOST_SLOTS) return { values: undefined, stepS, warnings: [] };
  const values: (number | undefined)[] = Array.from({ length: last + 1 });
  let added = 0;
  for (const [index, time] of timesS.entries()) {
    const slot = Math.round((time - timesS[0]!) / stepS);
    if (values[slot] !== undefined) added++;
    values[slot] = (values[slot] ?? 0) + counts[index]!;
  }
  const missing = values.filter((value) => value === undefined).length;
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

function interpolate(values: readonly (number | undefined)[]): readonly number[] {
  const filled: number[] = [];
  let next = 0;
  for (const [slot, value] of values.entries()) {
    if (value !== undefined) {
      filled.push(value);
      continue;
    }
    if (next <= slot) next = values.findIndex((other, place) => place > slot && other !== undefined);
    const before = filled[slot - 1]!;
    filled.push(before + (values[next]! - before) / (next - slot + 1));
  }
  return filled;
}
