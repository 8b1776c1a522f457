import type { Pattern } from "./pattern.ts";
import { type Atom, positionsOf } from "./positions.ts";

/**
 * A pattern that reads a history element by element. States are small numbers; the same state and element always lead
 * to the same state, so that a state is all there is to remember of a history.
 */
export type PatternAutomaton = {
  /** State of the empty history. */
  readonly start: number;
  /** @param element  see {@link elementOf} */
  readonly next: (state: number, element: number) => number;
  /** True where the history so far is in the pattern. */
  readonly isMatch: (state: number) => boolean;
  /** True where no further element can make it one. */
  readonly isDead: (state: number) => boolean;
};

/** Labels an automaton tells apart; with two bits for the kind of the element they make a 32-bit word. */
export const mostLabels = 29;
const observationBit = 1 << 29;
const actionBit = 1 << 30;

/** One element of a history: its kind, and a bit for each label that holds, in the order given to the automaton. */
export function elementOf(kind: "observation" | "action", labelBits: number): number {
  return labelBits | (kind === "observation" ? observationBit : actionBit);
}

/**
 * States are sets of positions, found when a history first gets there: the work of one element is a look into a map.
 *
 * @param labels  at most {@link mostLabels}; those of the pattern must be among them
 * @source Rabin & Scott 1959, subset construction, done lazily
 */
export function compilePattern(pattern: Pattern, labels: readonly string[]): PatternAutomaton {
  if (labels.length > mostLabels) throw new RangeError(`expected at most ${mostLabels} labels, got ${labels.length}`);
  const { atoms, first, last, follow, isNullable } = positionsOf(pattern);
  const wanted = atoms.map((atom) => bitsWanted(atom, labels));
  const ids = new Map<string, number>();
  const members: (readonly number[])[] = [];
  const matches: boolean[] = [];
  const moves: Map<number, number>[] = [];
  const dead = enter([], false);
  const start = enter([-1], isNullable);

  function enter(positions: readonly number[], isMatch: boolean): number {
    const key = positions.join();
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = members.push(positions) - 1;
    ids.set(key, id);
    matches.push(isMatch);
    moves.push(new Map());
    return id;
  }

  function move(state: number, element: number): number {
    const reached = new Set<number>();
    for (const from of members[state]!)
      for (const to of from === -1 ? first : follow[from]!) if ((wanted[to]! & element) === wanted[to]) reached.add(to);
    const positions = [...reached].toSorted((a, b) => a - b);
    return enter(
      positions,
      positions.some((position) => last.has(position)),
    );
  }

  return {
    start,
    next(state, element) {
      const known = moves[state]!.get(element);
      if (known !== undefined) return known;
      const to = move(state, element);
      moves[state]!.set(element, to);
      return to;
    },
    isMatch: (state) => matches[state]!,
    isDead: (state) => state === dead,
  };
}

/** All of these bits must stand in an element that the atom takes. */
function bitsWanted(atom: Atom, labels: readonly string[]): number {
  if (atom.kind === "label") {
    const at = labels.indexOf(atom.label);
    if (at < 0) throw new Error(`expected one of the labels ${labels.join(", ")}, got ${atom.label}`);
    return 1 << at;
  }
  if (atom.of === "element") return 0;
  return atom.of === "observation" ? observationBit : actionBit;
}
