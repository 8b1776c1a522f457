import { type ActionBases, wantedIn } from "./actions.ts";

/** What an organization is told of the actions: what their labels compare with, and the replicas they ask for. */
export type ActionChoice = {
  readonly sizes: ActionBases;
  readonly wanted: (action: number, cell: number) => number;
  readonly wantedAll: (cell: number, replicas: Float64Array) => void;
};

/** @param bases  always the same columns */
export function choiceIn(bases: ActionBases): ActionChoice {
  return {
    sizes: bases,
    wanted: (action, cell) => wantedIn(bases, action, cell),
    wantedAll(cell, replicas) {
      for (let action = 0; action < replicas.length; action++) replicas[action] = wantedIn(bases, action, cell);
    },
  };
}
