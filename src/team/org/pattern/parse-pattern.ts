import type { Pattern } from "./pattern.ts";

/** Patterns come from files of others: nothing here grows without bound. */
const limits = { characters: 4_096, depth: 32, repeats: 1_000 } as const;

/** What stands where something else should: a sentence, and the character it is about, from 1. */
export type PatternFault = { readonly at: number; readonly message: string };

/**
 * Reads a pattern.
 *
 *     pattern  := sequence ("|" sequence)*          one of them
 *     sequence := item ("," item)*                  one after the other
 *     item     := label | wildcard | "[" pattern "]", each with an optional "(" min "," (max | "*") ")"
 *     wildcard := "#any" | "#any_obs" | "#any_act" | "#any_seq"
 *
 * `#any_seq` is `#any(0,*)`. Labels are words of letters, digits and `_ . : < > = + -`.
 */
export function parsePattern(text: string): Pattern | PatternFault {
  if (text.length > limits.characters)
    return { at: limits.characters, message: `expected at most ${limits.characters} characters, got ${text.length}` };
  const reader = createReader(text);
  try {
    const pattern = readChoice(reader, 0);
    if (reader.at < text.length) throw reader.fault("`,`, `|` or the end");
    return pattern;
  } catch (fault) {
    if (fault instanceof FaultError) return fault.fault;
    throw fault;
  }
}

export function isFault(result: Pattern | PatternFault): result is PatternFault {
  return "message" in result;
}

class FaultError extends Error {
  readonly fault: PatternFault;
  constructor(fault: PatternFault) {
    super(fault.message);
    this.fault = fault;
  }
}

type Reader = {
  at: number;
  /** Takes this character if it comes next. */
  readonly take: (character: string) => boolean;
  /** Takes what the sticky expression matches here. */
  readonly match: (expression: RegExp) => string | undefined;
  readonly fault: (expected: string, at?: number) => FaultError;
};

function createReader(text: string): Reader {
  const skip = (): void => {
    while (text[reader.at] === " ") reader.at++;
  };
  const reader: Reader = {
    at: 0,
    take(character) {
      skip();
      if (text[reader.at] !== character) return false;
      reader.at++;
      skip();
      return true;
    },
    match(expression) {
      skip();
      expression.lastIndex = reader.at;
      const found = expression.exec(text)?.[0];
      if (found === undefined) return undefined;
      reader.at += found.length;
      skip();
      return found;
    },
    fault(expected, at = reader.at) {
      const found = at < text.length ? `\`${text[at]}\`` : "the end";
      return new FaultError({ at: at + 1, message: `expected ${expected} at character ${at + 1}, found ${found}` });
    },
  };
  return reader;
}

function readChoice(reader: Reader, depth: number): Pattern {
  const options = [readSequence(reader, depth)];
  while (reader.take("|")) options.push(readSequence(reader, depth));
  return options.length === 1 ? options[0]! : { kind: "choice", options };
}

function readSequence(reader: Reader, depth: number): Pattern {
  const parts = [readItem(reader, depth)];
  while (reader.take(",")) parts.push(readItem(reader, depth));
  return parts.length === 1 ? parts[0]! : { kind: "sequence", parts };
}

function readItem(reader: Reader, depth: number): Pattern {
  if (depth > limits.depth) throw reader.fault(`at most ${limits.depth} brackets inside each other`);
  if (!reader.take("[")) return readRepeat(reader, readAtom(reader));
  const inner = readChoice(reader, depth + 1);
  if (!reader.take("]")) throw reader.fault("`,`, `|` or `]`");
  return readRepeat(reader, inner);
}

const wildcards: Readonly<Record<string, Pattern>> = {
  "#any": { kind: "any", of: "element" },
  "#any_obs": { kind: "any", of: "observation" },
  "#any_act": { kind: "any", of: "action" },
  "#any_seq": { kind: "repeat", part: { kind: "any", of: "element" }, min: 0, max: Number.POSITIVE_INFINITY },
};

function readAtom(reader: Reader): Pattern {
  const from = reader.at;
  const wildcard = reader.match(/#\w*/y);
  if (wildcard !== undefined) {
    const known = Object.hasOwn(wildcards, wildcard) ? wildcards[wildcard] : undefined;
    if (known === undefined) throw reader.fault(Object.keys(wildcards).join(", "), from);
    return known;
  }
  const label = reader.match(/[\w.:<>=+-]+/y);
  if (label === undefined) throw reader.fault("a label, a wildcard or `[`");
  return { kind: "label", label };
}

function readRepeat(reader: Reader, part: Pattern): Pattern {
  const from = reader.at;
  if (!reader.take("(")) return part;
  const min = readCount(reader);
  if (!reader.take(",")) throw reader.fault("`,`");
  const max = reader.take("*") ? Number.POSITIVE_INFINITY : readCount(reader);
  if (!reader.take(")")) throw reader.fault("`)`");
  if (max < min || max === 0) throw reader.fault("a largest number that is at least the smallest and 1", from);
  return { kind: "repeat", part, min, max };
}

function readCount(reader: Reader): number {
  const from = reader.at;
  const digits = reader.match(/\d{1,9}/y);
  if (digits === undefined) throw reader.fault("a number of times");
  if (Number(digits) > limits.repeats) throw reader.fault(`at most ${limits.repeats} times`, from);
  return Number(digits);
}
