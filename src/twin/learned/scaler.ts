import type { ColumnKind } from "./state.ts";

/** Mean and spread of each column, by which it is standardised. */
export type Scaler = { readonly mean: Float64Array; readonly sd: Float64Array };

/**
 * Differences that are none, by kind: a column that never changed is not blown up, and one that then does change is
 * far away, but not infinitely far. On the even scale.
 */
const floors: Readonly<Record<ColumnKind, number>> = { count: 0.5, share: 0.02, rate: 0.05, amount: 0.1 };

/** @param rows  [rows][kinds], flat */
export function fitScaler(rows: Float64Array, kinds: readonly ColumnKind[]): Scaler {
  const width = kinds.length;
  const count = rows.length / width;
  const mean = new Float64Array(width);
  const sd = new Float64Array(width);
  for (const [k, value] of rows.entries()) mean[k % width]! += value / count;
  for (const [k, value] of rows.entries()) sd[k % width]! += (value - mean[k % width]!) ** 2 / count;
  for (const [column, kind] of kinds.entries()) sd[column] = Math.max(Math.sqrt(sd[column]!), floors[kind]);
  return { mean, sd };
}
