import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import type { Problem } from "../../core/errors.ts";
import { type PathSegment, formatPath } from "./path.ts";
import { isPlainObject } from "./plain-object.ts";
import type { Schema } from "./schema.ts";
import { structureMessage } from "./structure-message.ts";

/** What is wrong with the structure of a value. */
export type StructureCheck = (value: unknown) => readonly StructureProblem[];

export type StructureProblem = Problem & { readonly segments: readonly PathSegment[] };

/** Checks plain data against a JSON Schema (draft 2020-12), in our own words; one sentence per path and cause. */
export function createStructureCheck(schema: Schema): StructureCheck {
  let compiled: ValidateFunction | undefined;
  return (value) => {
    compiled ??= compile(schema);
    if (compiled(value)) return [];
    const problems = new Map<string, StructureProblem>();
    for (const error of compiled.errors ?? []) {
      const problem = translate(schema, value, error);
      if (problem !== undefined && !problems.has(problem.path)) problems.set(problem.path, problem);
    }
    return [...problems.values()];
  };
}

function compile(schema: Schema): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true, verbose: true, ownProperties: true, strictTypes: false });
  ajv.addVocabulary(["x-unit", "x-expected", "x-entries"]);
  return ajv.compile(schema);
}

function translate(root: Schema, value: unknown, error: ErrorObject): StructureProblem | undefined {
  // Ajv reports the branch's own errors beside this one.
  if (error.keyword === "if") return undefined;
  const segments = segmentsOf(value, error);
  return { path: formatPath(segments), segments, message: structureMessage(root, error) };
}

function segmentsOf(value: unknown, error: ErrorObject): readonly PathSegment[] {
  const segments: PathSegment[] = [];
  let current = value;
  for (const name of error.instancePath.split("/").slice(1).map(unescapePointer)) {
    const segment = Array.isArray(current) ? Number(name) : name;
    segments.push(segment);
    current = childOf(current, segment);
  }
  const { missingProperty, additionalProperty }: Readonly<Record<string, string | undefined>> = error.params;
  const key = missingProperty ?? additionalProperty;
  return key === undefined ? segments : [...segments, key];
}

function unescapePointer(name: string): string {
  return name.replaceAll("~1", "/").replaceAll("~0", "~");
}

/** Takes away what the problems point to, in place: wrong values become `undefined`, names of entries stay. */
export function prune(value: unknown, problems: readonly StructureProblem[]): void {
  for (const { segments } of problems) {
    let parent: unknown = value;
    for (const segment of segments.slice(0, -1)) parent = childOf(parent, segment);
    const last = segments.at(-1);
    if (last === undefined) continue;
    if (Array.isArray(parent)) parent[Number(last)] = undefined;
    else if (isPlainObject(parent)) parent[last] = undefined;
  }
}

function childOf(parent: unknown, segment: PathSegment): unknown {
  if (Array.isArray(parent)) return parent[Number(segment)];
  return isPlainObject(parent) ? parent[segment] : undefined;
}
