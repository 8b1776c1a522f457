import type { Problem } from "../../../core/errors.ts";

/** Files come from others: no parser sees what is larger. */
const xmlLimits = { characters: 1_048_576, depth: 64, elements: 10_000 } as const;

/** Why a text is not given to the XML parser; undefined where it may be. */
export function findTooMuch(text: string): Problem | undefined {
  const { characters, depth, elements } = xmlLimits;
  if (text.length > characters)
    return { path: "", message: `expected at most ${characters} characters, found ${text.length}` };
  const declared = text.search(/<!(?:DOCTYPE|ENTITY)/i);
  if (declared >= 0)
    return { path: lineOf(text, declared), message: "expected no document type, found one: it is not read" };
  let [deep, count] = [0, 0];
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    const tag = tagAt(text, at);
    deep = Math.max(0, deep + tag.deeper);
    count += Number(tag.isElement);
    if (deep > depth)
      return { path: lineOf(text, at), message: `expected at most ${depth} elements inside each other` };
    if (count > elements)
      return { path: lineOf(text, at), message: `expected at most ${elements} elements, found more` };
    at = tag.end;
  }
  return undefined;
}

type Tag = { readonly end: number; readonly deeper: -1 | 0 | 1; readonly isElement: boolean };

/** What stands at a `<`: where it ends, how much deeper it leads. */
function tagAt(text: string, at: number): Tag {
  const after = (end: string): number => {
    const found = text.indexOf(end, at);
    return found < 0 ? text.length : found + end.length;
  };
  const passed = skipped.find(([begin]) => text.startsWith(begin, at));
  if (passed !== undefined) return { end: after(passed[1]), deeper: 0, isElement: false };
  if (text.startsWith("</", at)) return { end: after(">"), deeper: -1, isElement: false };
  const end = endOfTag(text, at);
  return { end, deeper: text[end - 2] === "/" ? 0 : 1, isElement: true };
}

/** Where others than elements begin and end. */
const skipped = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
] as const;

/** Behind the `>` that closes a tag: those inside quotes do not. */
function endOfTag(text: string, from: number): number {
  let quote = "";
  for (let at = from; at < text.length; at++) {
    const character = text[at]!;
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === ">") return at + 1;
  }
  return text.length;
}

function lineOf(text: string, at: number): string {
  return `line ${text.slice(0, at).split("\n").length}`;
}
