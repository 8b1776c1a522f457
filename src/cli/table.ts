const NUMERIC = /^(-|[-+]?[\d.,]+( [%a-zA-Z]+)?)?$/;

/** A plain text table: words to the left, columns of figures to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = header.map((title, column) => {
    const cells = rows.map((row) => row[column] ?? "");
    const width = Math.max(title.length, ...cells.map(({ length }) => length));
    return { width, isNumeric: cells.every((cell) => NUMERIC.test(cell)) };
  });
  const line = (row: readonly string[]): string =>
    columns
      .map(({ width, isNumeric }, column) => (isNumeric ? row[column]!.padStart(width) : row[column]!.padEnd(width)))
      .join("  ")
      .trimEnd();
  return [line(header), columns.map(({ width }) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
}

/** Three significant digits, and never an exponent for sizes people read. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "-";
  const magnitude = Math.abs(value);
  if (magnitude >= 100) return Math.round(value).toString();
  if (magnitude >= 10) return value.toFixed(1);
  return magnitude >= 1 || magnitude === 0 ? value.toFixed(2) : value.toPrecision(2);
}

export function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(Math.abs(share) < 0.1 ? 2 : 1)} %` : "-";
}
