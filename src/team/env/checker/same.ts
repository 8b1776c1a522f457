/** True when two results are equal to the last bit: same types, keys, lengths and numbers; NaN equals NaN. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (a.constructor !== b.constructor) return false;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  if (keys.length !== others.length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && same(a[key as keyof typeof a], b[key as keyof typeof b]));
}

/** Where two results first differ, in words: `observations.agent_1.3: 0.5 and 0.25`; undefined when they are the same. */
export function difference(a: unknown, b: unknown, path: string): string | undefined {
  if (same(a, b)) return undefined;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return `${path}: ${text(a)} and ${text(b)}`;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = difference(a[key as keyof typeof a], b[key as keyof typeof b], `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return `${path}: ${a.constructor.name} and ${b.constructor.name}`;
}

export function text(value: unknown): string {
  return JSON.stringify(value) ?? "undefined";
}
