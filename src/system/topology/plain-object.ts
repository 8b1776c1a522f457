/** An object without a prototype: `__proto__` and `constructor` are keys like any other. */
export type PlainObject = { [key: string]: unknown };

export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function createPlainObject(): PlainObject {
  const object: PlainObject = {};
  Object.setPrototypeOf(object, null);
  return object;
}
