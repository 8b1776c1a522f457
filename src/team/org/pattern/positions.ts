import type { Pattern } from "./pattern.ts";

/** What one position of a pattern takes: an element with the label, or any of a kind. */
export type Atom = Extract<Pattern, { readonly kind: "label" | "any" }>;

/** A pattern as positions and what may follow on what; repeats are written out. */
export type Positions = {
  readonly atoms: readonly Atom[];
  readonly first: readonly number[];
  /** Positions a match may end at. */
  readonly last: ReadonlySet<number>;
  /** Positions that may come next: [positions][...]. */
  readonly follow: readonly ReadonlySet<number>[];
  /** True where the empty history matches. */
  readonly isNullable: boolean;
};

type Part = { readonly first: readonly number[]; readonly last: readonly number[]; readonly isNullable: boolean };

/** Nested repeats multiply, and each position costs memory. */
const mostPositions = 2_048;

/**
 * @throws RangeError where the repeats of a pattern make it too large
 * @source Glushkov, The Abstract Theory of Automata (1961): one state for each atom, no empty moves
 */
export function positionsOf(pattern: Pattern): Positions {
  const built: Built = { atoms: [], follow: [] };
  const { first, last, isNullable } = build(built, pattern);
  return { ...built, first, last: new Set(last), isNullable };
}

type Built = { readonly atoms: Atom[]; readonly follow: Set<number>[] };

function build(built: Built, part: Pattern): Part {
  switch (part.kind) {
    case "label":
    case "any":
      return place(built, part);
    case "sequence":
      return part.parts.map((one) => build(built, one)).reduce((a, b) => join(built, a, b));
    case "choice":
      return part.options.map((one) => build(built, one)).reduce(either);
    case "repeat":
      return repeat(built, part.part, part.min, part.max);
  }
}

function place({ atoms, follow }: Built, atom: Atom): Part {
  if (atoms.length === mostPositions) throw new RangeError(`more than ${mostPositions} positions`);
  const at = atoms.push(atom) - 1;
  follow.push(new Set());
  return { first: [at], last: [at], isNullable: false };
}

function join(built: Built, a: Part, b: Part): Part {
  link(built, a.last, b.first);
  return {
    first: a.isNullable ? [...a.first, ...b.first] : a.first,
    last: b.isNullable ? [...a.last, ...b.last] : b.last,
    isNullable: a.isNullable && b.isNullable,
  };
}

function repeat(built: Built, part: Pattern, min: number, max: number): Part {
  const joined = (copies: readonly Part[]): Part => copies.reduce((a, b) => join(built, a, b));
  if (max === Number.POSITIVE_INFINITY) {
    const copies = Array.from({ length: Math.max(1, min) }, () => build(built, part));
    const again = copies.at(-1)!;
    link(built, again.last, again.first);
    const whole = joined(copies);
    return { ...whole, isNullable: whole.isNullable || min === 0 };
  }
  const copies = Array.from({ length: max }, (_, at) => {
    const copy = build(built, part);
    return at < min ? copy : { ...copy, isNullable: true };
  });
  return joined(copies);
}

function link({ follow }: Built, from: readonly number[], to: readonly number[]): void {
  for (const at of from) for (const next of to) follow[at]!.add(next);
}

function either(a: Part, b: Part): Part {
  return {
    first: [...a.first, ...b.first],
    last: [...a.last, ...b.last],
    isNullable: a.isNullable || b.isNullable,
  };
}
