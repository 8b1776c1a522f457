/** Seconds in the units of time that Moise knows, as its examples write them. */
const unitS: Readonly<Record<string, number>> = {
  millisecond: 0.001,
  second: 1,
  minute: 60,
  hour: 3_600,
  day: 86_400,
  week: 604_800,
};

/** `1 day`, `5 seconds` in seconds; infinity for no limit, undefined where it cannot be told. */
export function parseDuration(text: string): number | undefined {
  const plain = text.trim().toLowerCase();
  if (plain === "" || plain === "infinity") return Number.POSITIVE_INFINITY;
  const [, amount, unit] = /^(\d{1,12}(?:\.\d{1,12})?)\s*([a-z]+?)s?$/.exec(plain) ?? [];
  if (unit === undefined || !Object.hasOwn(unitS, unit)) return undefined;
  return Number(amount) * unitS[unit]!;
}

/** Seconds as Moise's tools read them: a number and a unit. */
export function printDuration(seconds: number): string {
  return `${seconds} seconds`;
}
