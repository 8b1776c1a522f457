import type { Problem } from "../../../core/errors.ts";
import { formatPath } from "../../../system/topology/path.ts";
import type { Notes } from "../../../system/topology/import/notes.ts";
import type { RawCardinality } from "../specification/raw-organization.ts";
import type { XmlElement } from "./xml.ts";

/** Reads elements and notes whatever of them means nothing here. */
export type XmlReader = {
  readonly notes: Notes;
  /** Notes attributes and children beside the ones named. */
  expectOnly(element: XmlElement, attributes: readonly string[], children?: readonly string[]): void;
  /** Elements of a kind, each with an id of its own: they become entries of one object. */
  expectOnce(elements: readonly XmlElement[]): void;
};

export function createXmlReader(notes: Notes, problems: Problem[]): XmlReader {
  return {
    notes,
    expectOnce(elements) {
      const seen = new Set<string>();
      for (const element of elements) {
        const id = idOf(element);
        if (seen.has(id))
          problems.push({ path: formatPath(element.path), message: `expected a name of its own, found ${id} twice` });
        seen.add(id);
      }
    },
    expectOnly(element, attributes, children = []) {
      for (const name of element.attributes.keys())
        if (!attributes.includes(name)) notes.add([...element.path, name], `\`${name}\` means nothing here`);
      for (const child of element.children)
        if (child.name !== "properties" && !children.includes(child.name))
          notes.add(child.path, `<${child.name}> means nothing here`);
      if (element.path.length > 0) noteProperties(element, notes);
    },
  };
}

/** Those of the root are read by themselves. */
function noteProperties(element: XmlElement, notes: Notes): void {
  for (const property of childrenOf(element, "properties").flatMap((all) => childrenOf(all, "property")))
    notes.add(property.path, "properties are for Moise's own tools");
}

export function childrenOf({ children }: XmlElement, name: string): readonly XmlElement[] {
  return children.filter((child) => child.name === name);
}

export function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return childrenOf(element, name)[0];
}

/** An attribute; nothing where it is empty, as Moise takes it. */
export function textOf({ attributes }: XmlElement, name: string): string | undefined {
  const text = attributes.get(name)?.trim();
  return text === "" ? undefined : text;
}

/** A number; other text as it stands, for the schema to refuse. */
export function numberOf(element: XmlElement, name: string): number | undefined {
  const text = textOf(element, name);
  if (text === undefined) return undefined;
  const number = Number(text);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a wrong one is told with all else that is wrong
  return Number.isNaN(number) ? (text as unknown as number) : number;
}

export function isTrue(element: XmlElement, name: string): boolean {
  return ["true", "1"].includes(textOf(element, name) ?? "");
}

export function idOf(element: XmlElement): string {
  return textOf(element, "id") ?? "";
}

export function cardinalityOf(element: XmlElement): RawCardinality {
  const [min, max] = [numberOf(element, "min"), numberOf(element, "max")];
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}
