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

/** An option that may be given several times. */
export function gather(one: string, before: readonly string[] = []): readonly string[] {
  return [...before, one];
}

/** Numbers of given names, each once at most: `capacity=.25,startup=.5`. */
export function numbersOption<Name extends string>(
  names: readonly Name[],
  isFine: (value: number, name: Name) => boolean,
  expected: string,
): (text: string) => { readonly [name in Name]?: number } {
  return (text) => {
    const pairs = text.split(",").map((pair) => pair.split("=", 2));
    const bad = pairs.find(([name = "", value = ""]) => {
      const known = names.find((one) => one === name);
      return known === undefined || !isFine(numberOption(value), known);
    });
    if (bad !== undefined || new Set(pairs.map(([name]) => name)).size < pairs.length) {
      const like = names.map((name) => `${name}=NUMBER`).join(",");
      throw new InvalidArgumentError(`expected ${like}, each ${expected}, found "${text}".`);
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the names were checked
    return Object.fromEntries(pairs.map(([name, value]) => [name, Number(value)])) as { [name in Name]?: number };
  };
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
