const date = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?Z?$/;

/** Numbers above this are Unix times in milliseconds: as seconds they would lie after the year 5000. */
const LARGEST_UNIX_S = 1e11;

/**
 * Seconds since any fixed moment, or undefined for what is no time. Dates are read as UTC.
 *
 * @param column  the header of the times, lower case; undefined without a header, when numbers are minutes
 */
export function parseTimeS(text: string, column: string | undefined): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const value = Number(text);
    if (column === undefined || column.startsWith("minute")) return value * 60;
    return value > LARGEST_UNIX_S ? value / 1_000 : value;
  }
  const parts = date.exec(text);
  if (parts === null) return undefined;
  const [year, month, day, hour, minute] = parts.slice(1, 6).map(Number);
  return Date.UTC(year!, month! - 1, day, hour, minute) / 1_000 + Number(parts[6] ?? 0);
}
