import { defaults } from "./defaults.ts";
import type { RawGrowth } from "./raw.ts";

/** Requests in work up to which a curve may reach: it becomes a table with a row for each. */
export const LONGEST_GROWTH = 1_024;
/** Digits of a factor: enough for every use, and files stay readable. */
const DIGITS = 6;

/**
 * A curve as the table that mocks and twins share: the factor at 1, 2, … requests in work. It is 1 for one that is
 * alone, and `factor` in a full replica.
 */
export function growthTable({ curve, factor, exponent }: RawGrowth, concurrency: number): readonly number[] {
  const power = curve === "linear" ? 1 : (exponent ?? defaults.growthExponent);
  return Array.from({ length: concurrency }, (_, others) => {
    const filled = concurrency > 1 ? others / (concurrency - 1) : 0;
    return Number((1 + (factor! - 1) * filled ** power).toPrecision(DIGITS));
  });
}
