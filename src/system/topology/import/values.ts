import { type PlainObject, createPlainObject, isPlainObject } from "../plain-object.ts";
import { type PathSegment, describe } from "../path.ts";
import type { Report } from "../report.ts";

type Where = readonly PathSegment[];

/** The object at a place; an empty one, and a problem unless nothing stands there. */
export function objectAt(value: unknown, path: Where, report: Report): PlainObject {
  if (isPlainObject(value)) return value;
  if (value !== undefined && value !== null) expected("an object", value, path, report);
  return createPlainObject();
}

export function listAt(value: unknown, path: Where, report: Report): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value !== undefined && value !== null) expected("an array", value, path, report);
  return [];
}

/** The number at a place, in these bounds; undefined where nothing stands there, or something wrong. */
export function numberAt(
  value: unknown,
  [least, most]: readonly [number, number],
  path: Where,
  report: Report,
): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && value >= least && value <= most) return value;
  expected(`a number from ${least} to ${most}`, value, path, report);
  return undefined;
}

export function countAt(value: unknown, most: number, path: Where, report: Report): number | undefined {
  const number = numberAt(value, [0, most], path, report);
  if (number === undefined || Number.isInteger(number)) return number;
  expected("a whole number", value, path, report);
  return undefined;
}

export function textAt(value: unknown, path: Where, report: Report): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  expected("a text", value, path, report);
  return undefined;
}

export function expected(what: string, found: unknown, path: Where, report: Report): void {
  report.problem(path, `expected ${what}, found ${describe(found)}`);
}
