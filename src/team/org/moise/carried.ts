import type { Problem } from "../../../core/errors.ts";
import { type PathSegment, formatPath } from "../../../system/topology/path.ts";
import { childOf, childrenOf, textOf, type XmlReader } from "./xml-reader.ts";
import { draft, type XmlDraft, type XmlElement } from "./xml.ts";

/**
 * What Moise has no word for stands in properties of the whole specification, which its tools pass on unread:
 * `karma.labels`, `karma.role.NAME`, `karma.goal.SCHEME.NAME`, `karma.mission.NAME`, `karma.norm.NAME`, values in JSON.
 */
export type Carried = {
  /** Takes what is kept under a name; undefined where nothing is. */
  take(name: string): CarriedFields | undefined;
  /** Names nobody took. */
  rest(): readonly string[];
};

export type CarriedFields = Readonly<Record<string, unknown>>;

const PREFIX = "karma.";

export function readCarried(root: XmlElement, reader: XmlReader, problems: Problem[]): Carried {
  const fields = new Map<string, CarriedFields>();
  const all = childOf(root, "properties");
  for (const property of all === undefined ? [] : childrenOf(all, "property")) {
    const id = textOf(property, "id") ?? "";
    if (!id.startsWith(PREFIX)) {
      reader.notes.add(property.path, "properties are for Moise's own tools");
      continue;
    }
    const value = parseFields(textOf(property, "value") ?? "");
    if (value === undefined)
      problems.push({ path: placeOf(property.path), message: "expected a JSON object as value, as karma writes it" });
    else fields.set(id.slice(PREFIX.length), value);
  }
  return {
    take(name) {
      const found = fields.get(name);
      fields.delete(name);
      return found;
    },
    rest: () => [...fields.keys()],
  };
}

function parseFields(text: string): CarriedFields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function placeOf(path: readonly PathSegment[]): string {
  return formatPath(path);
}

/** The fields as a property; nothing where all of them are undefined. */
export function carry(name: string, fields: CarriedFields): readonly XmlDraft[] {
  const value = JSON.stringify(fields);
  return value === "{}" ? [] : [draft("property", { id: `${PREFIX}${name}`, value })];
}
