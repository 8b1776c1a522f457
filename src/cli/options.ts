import { InvalidArgumentError } from "commander";

export function numberOption(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new InvalidArgumentError(`expected a number, found "${text}".`);
  return value;
}

export function positiveOption(text: string): number {
  const value = numberOption(text);
  if (value <= 0) throw new InvalidArgumentError(`expected a number > 0, found "${text}".`);
  return value;
}

export function wholeNumberOption(text: string): number {
  const value = numberOption(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError(`expected a whole number >= 0, found "${text}".`);
  }
  return value;
}

export function countOption(text: string): number {
  const value = numberOption(text);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError(`expected a whole number >= 1, found "${text}".`);
  }
  return value;
}

/** Seconds of the scenario that pass in one second. */
export function timeScaleOption(text: string): number {
  const value = numberOption(text);
  if (value < 1 || value > 100) throw new InvalidArgumentError(`expected a number from 1 to 100, found "${text}".`);
  return value;
}

export function oneOf(choices: readonly string[]): (text: string) => string {
  return (text) => {
    if (choices.includes(text)) return text;
    throw new InvalidArgumentError(`expected ${choices.join(" or ")}, found "${text}".`);
  };
}

const durationUnitsMs: Readonly<Record<string, number>> = { "": 1_000, s: 1_000, m: 60_000, h: 3_600_000 };

/** `90`, `90s`, `20m`, `1h` or `1m30s`, to ms. */
export function durationOption(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smh]?)/g)];
  const ms = parts.reduce((sum, [, count, unit]) => sum + Number(count) * durationUnitsMs[unit!]!, 0);
  if (parts.map(([part]) => part).join("") === text && ms > 0) return ms;
  throw new InvalidArgumentError(`expected a time such as 90s, 20m or 1h30m, found "${text}".`);
}

/** `.3,.5,.85`: shares in (0, 1.5]. */
export function sharesOption(text: string): readonly number[] {
  const shares = text.split(",").map(numberOption);
  if (shares.every((one) => one > 0 && one <= 1.5)) return shares;
  throw new InvalidArgumentError(`expected shares above 0 and up to 1.5 such as .3,.5,.85, found "${text}".`);
}
