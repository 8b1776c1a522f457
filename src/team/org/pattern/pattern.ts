/**
 * A set of histories. A history is a row of elements, each a set of labels that hold: what was observed, then what was
 * done, and so on.
 *
 * @source MOISE+MARL (arXiv 2503.23615), trajectory patterns: `[o1,a1,[o2,a2](0,2)](1,*)`
 */
export type Pattern =
  /** One element that has the label. */
  | { readonly kind: "label"; readonly label: string }
  /** One element of the kind. */
  | { readonly kind: "any"; readonly of: "element" | "observation" | "action" }
  /** One after the other. */
  | { readonly kind: "sequence"; readonly parts: readonly Pattern[] }
  /** One of them. */
  | { readonly kind: "choice"; readonly options: readonly Pattern[] }
  /** From `min` to `max` times; max may be infinity. */
  | { readonly kind: "repeat"; readonly part: Pattern; readonly min: number; readonly max: number };

/** Labels in a pattern, each once, in order of appearance. */
export function labelsOf(pattern: Pattern): readonly string[] {
  const found = new Set<string>();
  visit(pattern);
  return [...found];

  function visit(part: Pattern): void {
    if (part.kind === "label") found.add(part.label);
    if (part.kind === "sequence") part.parts.forEach(visit);
    if (part.kind === "choice") part.options.forEach(visit);
    if (part.kind === "repeat") visit(part.part);
  }
}
