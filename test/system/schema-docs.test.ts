import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

type Field = { readonly name: string; readonly place: string; readonly isDescribed: boolean };

function entriesOf(node: unknown): readonly (readonly [string, unknown])[] {
  return typeof node === "object" && node !== null ? Object.entries(node) : [];
}

/** Every property of a schema, with the place where it stands. */
function fieldsOf(node: unknown, place: string): readonly Field[] {
  return entriesOf(node).flatMap(([key, value]) => {
    const own = key === "properties" ? entriesOf(value).map(([name, property]) => fieldOf(name, property, place)) : [];
    return own.concat(fieldsOf(value, `${place}/${key}`));
  });
}

function fieldOf(name: string, property: unknown, place: string): Field {
  const isDescribed = entriesOf(property).some(([key]) => key === "description" || key === "$ref");
  return { name, place, isDescribed };
}

test.each(["topology", "scenario"])("docs/%s.md speaks of every field, and the schema describes each", (name) => {
  const page = readFileSync(`docs/${name}.md`, "utf8");
  const fields = fieldsOf(JSON.parse(readFileSync(`topologies/${name}.schema.json`, "utf8")), "");
  expect(fields.length).toBeGreaterThan(10);
  expect(fields.filter((field) => !page.includes(`\`${field.name}\``))).toEqual([]);
  expect(fields.filter(({ isDescribed }) => !isDescribed)).toEqual([]);
});
