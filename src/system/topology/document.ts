import { parseDocument as parseYaml } from "yaml";
import { type Decoded, refuse } from "./decoded.ts";
import { blankComments } from "./json-comments.ts";
import { findDeepNesting, LARGEST_DEPTH } from "./nesting.ts";
import { describe } from "./path.ts";
import { readPlain } from "./plain.ts";
import { type PlainObject, isPlainObject } from "./plain-object.ts";
import { syntaxMessage } from "./syntax-message.ts";

/** Largest text that is read, UTF-16 units: about 1 MiB. */
const LARGEST_TEXT = 1_048_576;

/**
 * JSON, JSON with comments, or YAML as plain data: null-prototype objects, arrays, strings, numbers, booleans, null.
 *
 * @param fileName  `.json` and `.jsonc` may hold comments and trailing commas, `.yaml` and `.yml` are YAML; with any
 * other name a text that begins with a brace is JSON.
 */
export function parseDocument(text: string, fileName: string): Decoded<PlainObject> {
  if (text.length > LARGEST_TEXT) {
    const found = `${(text.length / LARGEST_TEXT).toFixed(1)} MiB`;
    return refuse([{ path: "", message: `expected a file of at most 1 MiB, found ${found}` }]);
  }
  const source = text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text;
  const isJson = looksLikeJson(source, fileName);
  return parseSource(isJson ? blankComments(source) : source, isJson ? "JSON" : "YAML");
}

function parseSource(source: string, language: "JSON" | "YAML"): Decoded<PlainObject> {
  const place = (offset: number): string => placeOf(source, offset);
  const deep = findDeepNesting(source);
  if (deep !== undefined) {
    return refuse([{ path: place(deep), message: `expected at most ${LARGEST_DEPTH} levels of nesting, found more` }]);
  }
  const document = parseYaml(source, { prettyErrors: false, version: "1.2", uniqueKeys: false });
  if (document.errors.length > 0) {
    // Only the first: the parser stumbles over everything behind it.
    const [error] = document.errors;
    return refuse([{ path: place(error!.pos[0]), message: syntaxMessage(error!.code, error!.message, language) }]);
  }
  const { value, problems } = readPlain(document.contents, place);
  if (problems.length > 0) return refuse(problems);
  if (isPlainObject(value)) return { ok: true, value, warnings: [] };
  return refuse([{ path: "", message: `expected an object with named fields, found ${describe(value ?? undefined)}` }]);
}

function placeOf(source: string, offset: number): string {
  const before = source.slice(0, offset).split("\n");
  return `line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

function looksLikeJson(source: string, fileName: string): boolean {
  if (/\.jsonc?$/i.test(fileName)) return true;
  return !/\.ya?ml$/i.test(fileName) && /^\s*[{[]/.test(blankComments(source.slice(0, 4096)));
}
