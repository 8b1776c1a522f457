import type { Pattern } from "./pattern.ts";
import { type Atom, type Positions, positionsOf } from "./positions.ts";

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
  const positions = positionsOf(pattern);
  const wanted = positions.atoms.map((atom) => bitsWanted(atom, labels));
  const states: States = { positions, wanted, ids: new Map(), members: [], matches: [], moves: [] };
  const dead = enter(states, [], false);
  const start = enter(states, [-1], positions.isNullable);
  return {
    start,
    next(state, element) {
      const known = states.moves[state]!.get(element);
      if (known !== undefined) return known;
      const to = move(states, state, element);
      states.moves[state]!.set(element, to);
      return to;
    },
    isMatch: (state) => states.matches[state]!,
    isDead: (state) => state === dead,
  };
}

/** States found so far: sets of positions, -1 before the first. */
type States = {
  readonly positions: Positions;
  /** Bits that an element must have for a position. */
  readonly wanted: readonly number[];
  readonly ids: Map<string, number>;
  readonly members: (readonly number[])[];
  readonly matches: boolean[];
  readonly moves: Map<number, number>[];
};

function enter({ ids, members, matches, moves }: States, positions: readonly number[], isMatch: boolean): number {
  const key = positions.join();
  const known = ids.get(key);
  if (known !== undefined) return known;
  const id = members.push(positions) - 1;
  ids.set(key, id);
  matches.push(isMatch);
  moves.push(new Map());
  return id;
}

function move(states: States, state: number, element: number): number {
  const { first, last, follow } = states.positions;
  const { wanted } = states;
  const reached = new Set<number>();
  for (const from of states.members[state]!)
    for (const to of from === -1 ? first : follow[from]!) if ((wanted[to]! & element) === wanted[to]) reached.add(to);
  const positions = [...reached].toSorted((a, b) => a - b);
  const isMatch = positions.some((position) => last.has(position));
  return enter(states, positions, isMatch);
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
