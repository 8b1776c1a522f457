import { compilePattern, elementOf, type PatternAutomaton } from "../pattern/automaton.ts";
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

/**
 * The moves of an automaton as far as they were met: one look into an array for each element of a history.
 *
 * A place is a state of the automaton and whether an action is still to be taken into account before what is seen next:
 * `2 * state`, and 1 more where none is. A pattern to which all actions are the same takes them so, without a look.
 */
export type MoveTable = {
  readonly automaton: PatternAutomaton;
  /** True where all actions are the same to the pattern. */
  readonly isBlindToActions: boolean;
  /** Place after an element, -1 = not met yet: [places][width]. */
  moves: Int32Array;
  /** 1 where the history is in the pattern: [places]. */
  matches: Uint8Array;
  /** Elements there is room for. */
  width: number;
};

const FIRST_PLACES = 8;
const FIRST_ELEMENTS = 64;
const anyAction = elementOf("action", 0);

export function createMoveTable(pattern: Pattern, labels: readonly string[], isBlindToActions: boolean): MoveTable {
  const automaton = compilePattern(pattern, labels);
  const table: MoveTable = {
    automaton,
    isBlindToActions,
    moves: new Int32Array(FIRST_PLACES * FIRST_ELEMENTS).fill(-1),
    matches: new Uint8Array(FIRST_PLACES),
    width: FIRST_ELEMENTS,
  };
  enter(table, startOf(table, false));
  enter(table, startOf(table, true));
  return table;
}

/** Where a history begins. @param isActDue  true where an action comes before what is seen next */
export function startOf({ automaton }: MoveTable, isActDue: boolean): number {
  return 2 * automaton.start + Number(!isActDue);
}

/** Takes places `[from, to)` through one element each. @param elements  numbers of them, as long as `places` */
export function moveAll(
  table: MoveTable,
  places: Int32Array,
  elements: Int32Array,
  words: readonly number[],
  [from, to]: readonly [number, number],
): void {
  if (table.width < words.length) resize(table, table.matches.length, 2 * words.length);
  const { width } = table;
  let { moves } = table;
  for (let cell = from; cell < to; cell++) {
    const place = places[cell]!;
    const next = moves[place * width + elements[cell]!]!;
    if (next >= 0) places[cell] = next;
    else {
      places[cell] = learn(table, place, elements[cell]!, words);
      moves = table.moves;
    }
  }
}

/** Takes an action into account that is still due. */
export function settleAct(table: MoveTable, place: number): number {
  if (place % 2 === 1) return place;
  const settled = 2 * table.automaton.next(place >> 1, anyAction) + 1;
  enter(table, settled);
  return settled;
}

function learn(table: MoveTable, place: number, element: number, words: readonly number[]): number {
  const { automaton, isBlindToActions } = table;
  const before = isBlindToActions ? settleAct(table, place) : place;
  const next = 2 * automaton.next(before >> 1, words[element]!) + Number(!isBlindToActions);
  enter(table, next);
  table.moves[place * table.width + element] = next;
  return next;
}

function enter(table: MoveTable, place: number): void {
  if (place >= table.matches.length) resize(table, 2 * (place + 1), table.width);
  table.matches[place] = Number(table.automaton.isMatch(place >> 1));
}

function resize(table: MoveTable, places: number, width: number): void {
  const moves = new Int32Array(places * width).fill(-1);
  for (let place = 0; place < table.matches.length; place++)
    moves.set(table.moves.subarray(place * table.width, (place + 1) * table.width), place * width);
  const matches = new Uint8Array(places);
  matches.set(table.matches);
  Object.assign(table, { moves, matches, width });
}
