import { isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import type { Problem } from "../../core/errors.ts";
import { describe, quote } from "./path.ts";
import { createPlainObject } from "./plain-object.ts";

/** Most entries of one object or array. Checking a hostile list against a schema takes time that grows with its square. */
const MOST_ENTRIES = 5_000;
/** Beyond it only the first are worth the time of finding their lines. */
const MOST_NOTES = 200;

/**
 * A parsed document as plain data, and what plain data cannot hold: repeated keys, tags, aliases (with which a small
 * file can blow itself up).
 *
 * @param place  where an offset lies, as a problem's path
 */
export function readPlain(
  contents: unknown,
  place: (offset: number) => string,
): { readonly value: unknown; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const note: Note = (node, message) => {
    if (problems.length >= MOST_NOTES) return;
    problems.push({ path: place(isNode(node) ? (node.range?.[0] ?? 0) : 0), message });
  };
  return { value: readValue(contents, note), problems };
}

/** Tells what is wrong with a node. */
type Note = (node: unknown, message: string) => undefined;

function readValue(node: unknown, note: Note): unknown {
  if (node === null || node === undefined) return null;
  if (isAlias(node)) {
    return note(node, `expected a plain value, found the alias ${quote(`*${node.source}`)}; write the value out`);
  }
  if (isNode(node) && node.tag !== undefined) {
    return note(node, `expected a plain value, found the tag ${quote(node.tag)}`);
  }
  if ((isMap(node) || isSeq(node)) && node.items.length > MOST_ENTRIES) {
    return note(node, `expected at most ${MOST_ENTRIES} entries, found ${node.items.length}`);
  }
  if (isMap(node)) return readMap(node.items, note);
  if (isSeq(node)) return node.items.map((item) => readValue(item, note));
  if (isScalar(node)) return readScalar(node, node.value, note);
  throw new Error("a YAML node of an unknown kind");
}

function readScalar(node: unknown, value: unknown, note: Note): unknown {
  return isPlain(value) ? value : note(node, `expected a plain value, found ${describe(value)}`);
}

function readMap(items: readonly { readonly key: unknown; readonly value: unknown }[], note: Note): unknown {
  const object = createPlainObject();
  for (const { key, value } of items) {
    const name = readKey(key, note);
    if (name === undefined) continue;
    if (name in object) note(key, `expected each key once, found ${quote(name)} again`);
    object[name] = readValue(value, note);
  }
  return object;
}

function readKey(key: unknown, note: Note): string | undefined {
  if (isScalar(key) && isPlain(key.value) && key.value !== null) return String(key.value);
  return note(key, "expected a name as key, found something else");
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "number";
}
