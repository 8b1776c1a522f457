import { compilePattern, elementOf } from "../pattern/automaton.ts";
import type { Pattern } from "../pattern/pattern.ts";
import { actionLabels } from "../specification/action-labels.ts";
import type { Organization } from "../specification/organization.ts";

/** What happened in each cell since it began, as far as patterns tell it apart. */
export type Histories = {
  /** The number under which a pattern is followed in some cells. */
  follow(pattern: Pattern, cells: readonly number[]): number;
  /** @param bits  labels that hold, of what was seen */
  see(cell: number, bits: number): void;
  /** @param bits  labels of the action */
  act(cell: number, bits: number): void;
  /** True where the history of the cell is in the pattern now. */
  isMatch(pattern: number, cell: number): boolean;
  /** The history of the cell begins again, for one pattern or all. */
  restart(cell: number, pattern?: number): void;
};

type Followed = ReturnType<typeof compilePattern> & { readonly states: Int32Array };

export function createHistories({ labels }: Organization, cells: number): Histories {
  const known = [...labels.keys(), ...Object.keys(actionLabels)];
  const firstActionBit = labels.size;
  const followed: Followed[] = [];
  /** Patterns followed in each cell: [cells][...]. */
  const inCell: number[][] = Array.from({ length: cells }, () => []);

  function advance(cell: number, element: number): void {
    for (const pattern of inCell[cell]!) {
      const { next, states } = followed[pattern]!;
      states[cell] = next(states[cell]!, element);
    }
  }

  return {
    follow(pattern, own) {
      const automaton = compilePattern(pattern, known);
      const number = followed.push({ ...automaton, states: new Int32Array(cells).fill(automaton.start) }) - 1;
      for (const cell of own) inCell[cell]!.push(number);
      return number;
    },
    see: (cell, bits) => advance(cell, elementOf("observation", bits)),
    act: (cell, bits) => advance(cell, elementOf("action", bits << firstActionBit)),
    isMatch(pattern, cell) {
      const { isMatch, states } = followed[pattern]!;
      return isMatch(states[cell]!);
    },
    restart(cell, pattern) {
      for (const number of pattern === undefined ? inCell[cell]! : [pattern])
        followed[number]!.states[cell] = followed[number]!.start;
    },
  };
}
