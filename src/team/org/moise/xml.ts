import type { Problem } from "../../../core/errors.ts";
import { type Decoded, refuse } from "../../../system/topology/decoded.ts";
import { findTooMuch } from "./xml-size.ts";

/** An element of an XML file: names without their prefixes, texts left out. */
export type XmlElement = {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Where it stands: names from below the root, with the id or the place among its kind. */
  readonly path: readonly (string | number)[];
};

type DomElement = {
  readonly localName: string | null;
  readonly attributes: ArrayLike<{ readonly name: string; readonly prefix: string | null; readonly value: string }>;
  readonly childNodes: ArrayLike<{ readonly nodeType: number }>;
};
const ELEMENT = 1;

/** Reads XML. No document types: they could name files, and entities that grow. */
export async function parseXml(text: string): Promise<Decoded<XmlElement>> {
  const tooMuch = findTooMuch(text);
  if (tooMuch !== undefined) return refuse([tooMuch]);
  const { DOMParser, ParseError } = await import("@xmldom/xmldom");
  const problems: Problem[] = [];
  const onError = (_level: string, message: string, context: unknown): void => {
    problems.push({ path: placeOf(context), message: `expected XML, found: ${message}` });
  };
  try {
    const source = text.startsWith("\uFEFF") ? text.slice(1) : text;
    const root = new DOMParser({ onError }).parseFromString(source, "text/xml").documentElement;
    if (problems.length > 0) return refuse(problems);
    return { ok: true, value: elementOf(root!, []), warnings: [] };
  } catch (error) {
    // What made the parser stop was told to `onError` before.
    if (error instanceof ParseError) return refuse(problems);
    throw error;
  }
}

function placeOf(context: unknown): string {
  const { locator } = context as {
    readonly locator?: { readonly lineNumber?: number; readonly columnNumber?: number };
  };
  if (locator?.lineNumber === undefined || locator.lineNumber === 0) return "";
  return `line ${locator.lineNumber}, column ${locator.columnNumber ?? 1}`;
}

function elementOf({ localName, attributes, childNodes }: DomElement, path: XmlElement["path"]): XmlElement {
  const own = Array.from(attributes).filter(({ name, prefix }) => name !== "xmlns" && prefix === null);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the type of the node says so
  const inner = Array.from(childNodes).filter(({ nodeType }) => nodeType === ELEMENT) as unknown as DomElement[];
  const counts = new Map<string, number>();
  const children = inner.map((child) => {
    const name = child.localName ?? "";
    const among = counts.get(name) ?? 0;
    counts.set(name, among + 1);
    const id = Array.from(child.attributes).find((attribute) => attribute.name === "id")?.value;
    return elementOf(child, [...path, name, id ?? among]);
  });
  return { name: localName ?? "", attributes: new Map(own.map(({ name, value }) => [name, value])), children, path };
}

/** An element to write: attributes that are undefined are left out. */
export type XmlDraft = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly children: readonly XmlDraft[];
};

export function draft(
  name: string,
  attributes: XmlDraft["attributes"] = {},
  children: readonly XmlDraft[] = [],
): XmlDraft {
  return { name, attributes, children };
}

export function printXml(root: XmlDraft): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${print(root, "")}`;
}

function print({ name, attributes, children }: XmlDraft, indent: string): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(String(value))}"`],
  );
  const head = `${indent}<${name}${given.join("")}`;
  if (children.length === 0) return `${head}/>\n`;
  return `${head}>\n${children.map((child) => print(child, `${indent}  `)).join("")}${indent}</${name}>\n`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  // White space in an attribute would be read as blanks.
  "\n": "&#10;",
  "\r": "&#13;",
  "\t": "&#9;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"\n\r\t]/g, (character) => entities[character]!);
}
