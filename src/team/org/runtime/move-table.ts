import { compilePattern, type PatternAutomaton } from "../pattern/automaton.ts";
import type { Pattern } from "../pattern/pattern.ts";

/** Elements of histories met so far, by small numbers of their own. */
export type Elements = {
  readonly numbers: Map<number, number>;
  /** [elements] */
  readonly words: number[];
};

export function createElements(): Elements {
  return { numbers: new Map(), words: [] };
}

/** @param word  as `elementOf` gives it */
export function numberOf({ numbers, words }: Elements, word: number): number {
  const known = numbers.get(word);
  if (known !== undefined) return known;
  const number = words.push(word) - 1;
  numbers.set(word, number);
  return number;
}

/** The moves of an automaton as far as they were met: one look into an array for each element of a history. */
export type MoveTable = {
  readonly automaton: PatternAutomaton;
  /** State after an element, -1 = not met yet: [states][width]. */
  moves: Int32Array;
  /** 1 where the history is in the pattern: [states]. */
  matches: Uint8Array;
  /** Elements there is room for. */
  width: number;
};

const FIRST_STATES = 4;
const FIRST_ELEMENTS = 64;

export function createMoveTable(pattern: Pattern, labels: readonly string[]): MoveTable {
  const automaton = compilePattern(pattern, labels);
  const table: MoveTable = {
    automaton,
    moves: new Int32Array(FIRST_STATES * FIRST_ELEMENTS).fill(-1),
    matches: new Uint8Array(FIRST_STATES),
    width: FIRST_ELEMENTS,
  };
  enter(table, automaton.start);
  return table;
}

/** Takes states `[from, to)` through one element each. @param elements  numbers of them, as long as `states` */
export function moveAll(
  table: MoveTable,
  states: Int32Array,
  elements: Int32Array,
  words: readonly number[],
  [from, to]: readonly [number, number],
): void {
  if (table.width < words.length) resize(table, table.matches.length, 2 * words.length);
  const { width } = table;
  let { moves } = table;
  for (let cell = from; cell < to; cell++) {
    const state = states[cell]!;
    const next = moves[state * width + elements[cell]!]!;
    if (next >= 0) states[cell] = next;
    else {
      states[cell] = learn(table, state, elements[cell]!, words);
      moves = table.moves;
    }
  }
}

function learn(table: MoveTable, state: number, element: number, words: readonly number[]): number {
  const next = table.automaton.next(state, words[element]!);
  enter(table, next);
  table.moves[state * table.width + element] = next;
  return next;
}

function enter(table: MoveTable, state: number): void {
  if (state >= table.matches.length) resize(table, 2 * (state + 1), table.width);
  table.matches[state] = Number(table.automaton.isMatch(state));
}

function resize(table: MoveTable, states: number, width: number): void {
  const moves = new Int32Array(states * width).fill(-1);
  for (let state = 0; state < table.matches.length; state++)
    moves.set(table.moves.subarray(state * table.width, (state + 1) * table.width), state * width);
  const matches = new Uint8Array(states);
  matches.set(table.matches);
  Object.assign(table, { moves, matches, width });
}
