import { expect, test } from "vitest";
import type { VectorGame } from "../../../src/team/env/vector-game.ts";
import { centralView, privilegedView, teamView } from "../../../src/team/learn/critic-view.ts";
import { createToyGame } from "../toy-game.ts";

/** Two agents in two environments: agent 0 sees 1, 2 in the first and 3, 4 in the second, agent 1 5, 6 and 7, 8. */
function smallGame(alive?: Uint8Array): VectorGame {
  return {
    ...createToyGame(1, 4),
    environments: 2,
    observationSize: 2,
    observations: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    privilegedSize: 1,
    privileged: Float32Array.of(90, 91),
    ...(alive === undefined ? {} : { alive }),
  };
}

function rowsOf(view: {
  readonly size: number;
  writeRow(row: number, out: Float32Array, at: number): void;
}): number[][] {
  return [0, 1, 2, 3].map((row) => {
    // Behind and before it stands something else, and what stood there before does not matter.
    const out = new Float32Array(view.size + 2).fill(-1);
    view.writeRow(row, out, 1);
    expect([out[0], out.at(-1)]).toEqual([-1, -1]);
    return Array.from(out.subarray(1, -1));
  });
}

test("the privileged view is the environment's, the same for all agents", () => {
  expect(rowsOf(privilegedView(smallGame()))).toEqual([[90], [91], [90], [91]]);
});

test("the central view is what all agents of the environment see, its privileged state, and which agent it is about", () => {
  expect(rowsOf(centralView(smallGame()))).toEqual([
    [1, 2, 5, 6, 90, 1, 0],
    [3, 4, 7, 8, 91, 1, 0],
    [1, 2, 5, 6, 90, 0, 1],
    [3, 4, 7, 8, 91, 0, 1],
  ]);
});

test("of a dead agent it shows nothing but which one it is, to the others nothing of the dead", () => {
  expect(rowsOf(centralView(smallGame(Uint8Array.of(1, 1, 0, 1))))).toEqual([
    [1, 2, 0, 0, 90, 1, 0],
    [3, 4, 7, 8, 91, 1, 0],
    [0, 0, 0, 0, 0, 0, 1],
    [3, 4, 7, 8, 91, 0, 1],
  ]);
});

test("the team's view is what all see, the same to each; of the dead it shows nothing", () => {
  expect(rowsOf(teamView(smallGame()))).toEqual([
    [1, 2, 5, 6],
    [3, 4, 7, 8],
    [1, 2, 5, 6],
    [3, 4, 7, 8],
  ]);
  expect(rowsOf(teamView(smallGame(Uint8Array.of(1, 1, 0, 1))))).toEqual([
    [1, 2, 0, 0],
    [3, 4, 7, 8],
    [1, 2, 0, 0],
    [3, 4, 7, 8],
  ]);
});

test.each([privilegedView, centralView, teamView])("all rows at once are the rows one by one", (viewOf) => {
  const view = viewOf(smallGame(Uint8Array.of(1, 0, 1, 1)));
  const out = new Float32Array(4 * view.size + 3);
  view.writeAll(out, 3);
  expect([...out]).toEqual([0, 0, 0, ...rowsOf(view).flat()]);
});
