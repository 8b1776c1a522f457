export type PathSegment = string | number;

/** `services.cart.cpu`, `connections[3].destination`, `services["odd name"]`; the whole file is the empty path. */
export function formatPath(segments: readonly PathSegment[]): string {
  let path = "";
  for (const segment of segments) {
    if (typeof segment === "number") path += `[${segment}]`;
    else if (/^[\w$-]{1,64}$/.test(segment)) path += path === "" ? segment : `.${segment}`;
    else path += `[${quote(segment)}]`;
  }
  return path;
}

/** A value as a message names it: short, on one line. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return value === null ? "null" : "an object";
}

export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 39)}…` : text);
}
