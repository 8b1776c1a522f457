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
  const atoms: Atom[] = [];
  const follow: Set<number>[] = [];
  const { first, last, isNullable } = build(pattern);
  return { atoms, follow, first, last: new Set(last), isNullable };

  function build(part: Pattern): Part {
    switch (part.kind) {
      case "label":
      case "any":
        return place(part);
      case "sequence":
        return part.parts.map(build).reduce(join);
      case "choice":
        return part.options.map(build).reduce(either);
      case "repeat":
        return repeat(part.part, part.min, part.max);
    }
  }

  function place(atom: Atom): Part {
    if (atoms.length === mostPositions) throw new RangeError(`more than ${mostPositions} positions`);
    const at = atoms.push(atom) - 1;
    follow.push(new Set());
    return { first: [at], last: [at], isNullable: false };
  }

  function join(a: Part, b: Part): Part {
    link(a.last, b.first);
    return {
      first: a.isNullable ? [...a.first, ...b.first] : a.first,
      last: b.isNullable ? [...a.last, ...b.last] : b.last,
      isNullable: a.isNullable && b.isNullable,
    };
  }

  function repeat(part: Pattern, min: number, max: number): Part {
    if (max === Number.POSITIVE_INFINITY) {
      const copies = Array.from({ length: Math.max(1, min) }, () => build(part));
      const again = copies.at(-1)!;
      link(again.last, again.first);
      const whole = copies.reduce(join);
      return { ...whole, isNullable: whole.isNullable || min === 0 };
    }
    const copies = Array.from({ length: max }, (_, at) => {
      const copy = build(part);
      return at < min ? copy : { ...copy, isNullable: true };
    });
    return copies.reduce(join);
  }

  function link(from: readonly number[], to: readonly number[]): void {
    for (const at of from) for (const next of to) follow[at]!.add(next);
  }
}

function either(a: Part, b: Part): Part {
  return {
    first: [...a.first, ...b.first],
    last: [...a.last, ...b.last],
    isNullable: a.isNullable || b.isNullable,
  };
}
