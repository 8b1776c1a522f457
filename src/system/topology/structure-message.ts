import type { ErrorObject } from "ajv";
import { didYouMean } from "./nearest.ts";
import { describe, quote } from "./path.ts";
import { isPlainObject } from "./plain-object.ts";
import type { Schema } from "./schema.ts";

/** One of ajv's errors as `expected X, found Y`. */
export function structureMessage(root: Schema, error: ErrorObject): string {
  const schema: Schema = error.parentSchema ?? {};
  const params: Readonly<Record<string, string>> = error.params;
  switch (error.keyword) {
    case "additionalProperties":
      return unknownField(schema, params["additionalProperty"]!);
    case "required":
      return `expected ${expectedOf(fieldSchema(root, schema, params["missingProperty"]!))}, found nothing`;
    case "minItems":
    case "minProperties":
      return `expected one or more ${entriesOf(schema)}, found none`;
    case "maxItems":
    case "maxProperties":
      return `expected at most ${params["limit"]} ${entriesOf(schema)}, found ${sizeOf(error.data)}`;
    default:
      return `expected ${expectedOf(schema)}, found ${describe(error.data)}`;
  }
}

function unknownField(schema: Schema, found: string): string {
  const known = Object.keys(schema.properties ?? {});
  if (known.length === 1) return `expected ${quote(known[0]!)} alone, found ${quote(found)}`;
  const slip = didYouMean(found, known);
  const expected = slip !== "" || known.length > 12 ? "a known field" : `one of ${known.map(quote).join(", ")}`;
  return `expected ${expected}, found ${quote(found)}${slip}`;
}

function entriesOf(schema: Schema): string {
  return schema["x-entries"] ?? "entries";
}

function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return isPlainObject(value) ? Object.keys(value).length : 0;
}

/** The schema of a field, its reference followed; what stands beside the reference is a description only. */
function fieldSchema(root: Schema, parent: Schema, field: string): Schema {
  let schema = parent.properties?.[field] ?? {};
  while (schema.$ref !== undefined) schema = root.$defs?.[schema.$ref.replace("#/$defs/", "")] ?? {};
  return schema;
}

/** `a number of millicores in [1, 256000]`, from the schema itself so that message and bound cannot drift apart. */
function expectedOf(schema: Schema): string {
  if (schema["x-expected"] !== undefined) return schema["x-expected"];
  if (schema.enum !== undefined)
    return `${schema.enum.length > 1 ? "one of " : ""}${schema.enum.map(quote).join(", ")}`;
  return typesOf(schema)
    .map((type) => expectedType(type, schema))
    .join(" or ");
}

function expectedType(type: string, schema: Schema): string {
  if (type === "number" || type === "integer") {
    const unit = schema["x-unit"] === undefined ? "" : ` of ${schema["x-unit"]}`;
    return `a ${type === "integer" ? "whole " : ""}number${unit}${rangeOf(schema)}`;
  }
  if (type === "object" && schema.required !== undefined && typesOf(schema).includes("number")) {
    return `an object with ${schema.required.map(quote).join(" and ")}`;
  }
  if (type === "boolean") return "true or false";
  return type === "object" || type === "array" ? `an ${type}` : `a ${type}`;
}

function typesOf(schema: Schema): readonly string[] {
  return schema.type === undefined ? [] : [schema.type].flat();
}

function rangeOf({ minimum, exclusiveMinimum, maximum }: Schema): string {
  if (maximum === undefined) return "";
  return exclusiveMinimum === undefined ? ` in [${minimum}, ${maximum}]` : ` in (${exclusiveMinimum}, ${maximum}]`;
}
