import { type BoxSpace, keysOf, type Space, type SpaceDict, type SpaceValue } from "./space.ts";

/** True when the value is a member of the space: type, length, bounds, no NaN. */
export function contains(space: Space, value: unknown): value is SpaceValue {
  return mismatch(space, value) === undefined;
}

/** Why a value is no member of a space, in words; undefined when it is one. `path` says which part is meant. */
export function mismatch(space: Space, value: unknown, path = "value"): string | undefined {
  switch (space.kind) {
    case "box":
      return boxMismatch(space, value, path);
    case "discrete":
      return wholeMismatch(value, space.start, space.start + space.n - 1, path);
    case "multi-discrete":
      if (!(value instanceof Int32Array)) return `${path}: expected an Int32Array, got ${typeName(value)}`;
      if (value.length !== space.nvec.length) return lengthMismatch(space.nvec.length, value.length, path);
      return first(value, (part, at) => wholeMismatch(part, 0, space.nvec[at]! - 1, `${path}[${at}]`));
    case "multi-binary":
      if (!(value instanceof Uint8Array)) return `${path}: expected a Uint8Array, got ${typeName(value)}`;
      if (value.length !== space.n) return lengthMismatch(space.n, value.length, path);
      return first(value, (bit, at) => wholeMismatch(bit, 0, 1, `${path}[${at}]`));
    case "tuple":
      if (!Array.isArray(value)) return `${path}: expected an array, got ${typeName(value)}`;
      if (value.length !== space.spaces.length) return lengthMismatch(space.spaces.length, value.length, path);
      return first(space.spaces, (part, at) => mismatch(part, value[at], `${path}[${at}]`));
    case "dict": {
      if (!isDict(value)) return `${path}: expected an object, got ${typeName(value)}`;
      const expected = keysOf(space).join(", ");
      const found = Object.keys(value).toSorted().join(", ");
      if (found !== expected) return `${path}: expected the keys ${expected}, got ${found || "none"}`;
      return first(keysOf(space), (key) => mismatch(space.spaces[key]!, value[key], `${path}.${key}`));
    }
  }
}

function boxMismatch({ low, high }: BoxSpace, value: unknown, path: string): string | undefined {
  if (!(value instanceof Float32Array)) return `${path}: expected a Float32Array, got ${typeName(value)}`;
  if (value.length !== low.length) return lengthMismatch(low.length, value.length, path);
  return first(value, (number, at) =>
    number >= low[at]! && number <= high[at]!
      ? undefined
      : `${path}[${at}]: expected a number in [${low[at]!}, ${high[at]!}], got ${number}`,
  );
}

function wholeMismatch(value: unknown, low: number, high: number, path: string): string | undefined {
  if (typeof value === "number" && Number.isInteger(value) && value >= low && value <= high) return undefined;
  return `${path}: expected a whole number in [${low}, ${high}], got ${typeof value === "number" ? value : typeName(value)}`;
}

function lengthMismatch(expected: number, found: number, path: string): string {
  return `${path}: expected ${expected} entries, got ${found}`;
}

function first<T>(parts: Iterable<T>, check: (part: T, at: number) => string | undefined): string | undefined {
  let at = 0;
  for (const part of parts) {
    const found = check(part, at++);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isDict(value: unknown): value is SpaceDict {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

export function typeName(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? value.constructor.name : typeof value;
}
