import { KarmaError } from "../../core/errors.ts";
import { didYouMean } from "../../system/topology/nearest.ts";

/** What an option takes: one number, one number or one per service (`50/60/70`), or one of some words. */
type OptionKind = "number" | "numbers" | readonly string[];

export type OptionKinds = Readonly<Record<string, OptionKind>>;

/** `hpa:60,down=120` taken apart. */
export type AutoscalerSpec = {
  readonly text: string;
  readonly name: string;
  readonly options: ReadonlyMap<string, number>;
  /** Options of kind "numbers", one value or several. */
  readonly lists: ReadonlyMap<string, readonly number[]>;
  readonly words: ReadonlyMap<string, string>;
};

/**
 * Parts a list such as `hpa:60,down=120,feed-forward` into specs: a piece with an `=` and no name belongs to the spec
 * before it.
 */
export function splitAutoscalerSpecs(list: string): string[] {
  const specs: string[] = [];
  for (const piece of list.split(",").map((text) => text.trim())) {
    const isOption = /^[a-z]+(-[a-z]+)*=/.test(piece) && specs.length > 0;
    if (isOption) specs[specs.length - 1] = withOption(specs.at(-1)!, piece);
    else if (piece !== "") specs.push(piece);
  }
  return specs;
}

function withOption(spec: string, option: string): string {
  return spec + (spec.includes(":") ? "," : ":") + option;
}

/**
 * @param bare  the option that a number without a name stands for: `hpa:60` is `hpa:target=60`
 * @param kinds  options this autoscaler has
 */
export function parseAutoscalerSpec(text: string, bare: string, kinds: OptionKinds): AutoscalerSpec {
  const { name, pieces } = takeApart(text, bare);
  const options = new Map<string, number>();
  const lists = new Map<string, readonly number[]>();
  const words = new Map<string, string>();
  const allowed = Object.keys(kinds);
  for (const [key, value] of pieces) {
    if (!allowed.includes(key)) {
      throw wrong(text, `has no option "${key}"${didYouMean(key, allowed)}`, `it has: ${allowed.join(", ")}`);
    }
    const kind = kinds[key]!;
    if (kind === "number") options.set(key, numberOf(text, key, value));
    else if (kind === "numbers") lists.set(key, listOf(text, key, value));
    else words.set(key, wordOf(text, key, value, kind));
  }
  return { text, name, options, lists, words };
}

/** A spec's name and its options as they are written, in their order: none is looked at. */
export type SpecPieces = {
  readonly name: string;
  readonly pieces: readonly (readonly [key: string, value: string])[];
};

/** @param bare  the option that a number without a name stands for */
export function takeApart(text: string, bare: string): SpecPieces {
  const colon = text.indexOf(":");
  if (colon < 0) return { name: text, pieces: [] };
  const pieces = text.slice(colon + 1).split(",");
  return { name: text.slice(0, colon), pieces: pieces.map((piece) => keyAndValue(piece, bare)) };
}

function keyAndValue(piece: string, bare: string): readonly [string, string] {
  if (!piece.includes("=")) return [bare, piece.trim()];
  const [key = "", value = ""] = piece.split("=", 2).map((part) => part.trim());
  return [key, value];
}

/** The spec that {@link takeApart} takes apart into these. */
export function putTogether({ name, pieces }: SpecPieces): string {
  return pieces.length === 0 ? name : `${name}:${pieces.map((piece) => piece.join("=")).join(",")}`;
}

function numberOf(text: string, key: string, value: string): number {
  const number = Number(value);
  if (value !== "" && Number.isFinite(number) && number >= 0) return number;
  const [name] = text.split(":", 1);
  throw wrong(text, `expected ${key} to be a number >= 0, got "${value}"`, `write it like ${name}:${key}=60`);
}

function listOf(text: string, key: string, value: string): number[] {
  return value.split("/").map((one) => numberOf(text, key, one.trim()));
}

function wordOf(text: string, key: string, value: string, words: readonly string[]): string {
  if (words.includes(value)) return value;
  throw wrong(text, `expected ${key} to be one of ${words.join(", ")}, got "${value}"`, `write ${key}=${words[0]}`);
}

export function wrong(text: string, message: string, hint: string): KarmaError {
  return new KarmaError("USAGE", `autoscaler "${text}": ${message}`, hint);
}
