/** A pivot below this share of its column's first size: the columns say the same. */
const LEAST_PIVOT = 1e-9;

/**
 * Least squares of many columns: the weights under which sums over the columns of each row come nearest to `wanted`.
 * Undefined where the columns cannot be told apart.
 *
 * @param rows  [rows][columns]
 */
export function leastSquares(
  rows: readonly (readonly number[])[],
  wanted: readonly number[],
): readonly number[] | undefined {
  const columns = rows[0]?.length ?? 0;
  const sums = Array.from({ length: columns }, (_, i) => [
    ...Array.from({ length: columns }, (_unused, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
    rows.reduce((sum, row, at) => sum + row[i]! * wanted[at]!, 0),
  ]);
  const sizes = sums.map((row, i) => row[i]!);
  for (let i = 0; i < columns; i++) {
    if (!(sums[i]![i]! > LEAST_PIVOT * sizes[i]!)) return undefined;
    for (let row = 0; row < columns; row++) if (row !== i) eliminate(sums[row]!, sums[i]!, i);
  }
  return columns === 0 ? undefined : sums.map((row, i) => row[columns]! / row[i]!);
}

function eliminate(row: number[], pivot: readonly number[], column: number): void {
  const times = row[column]! / pivot[column]!;
  for (let j = column; j < row.length; j++) row[j]! -= times * pivot[j]!;
}
