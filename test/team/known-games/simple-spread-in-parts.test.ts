import { expect, test } from "vitest";
import { createRng } from "../../../src/core/rng.ts";
import { simpleSpread, simpleSpreadInParts } from "../../../src/team/known-games/simple-spread.ts";

/** None, left, right, down, up, as pushes along each axis. */
const asParts = [
  [0, 0],
  [1, 0],
  [2, 0],
  [0, 1],
  [0, 2],
] as const;

test("pushes along one axis at a time move agents as the game of one push does", () => {
  const rng = createRng(1);
  const [one, two] = [new Float64Array(simpleSpread.stateSize), new Float64Array(simpleSpread.stateSize)];
  simpleSpread.begin(one, rng);
  two.set(one);
  const [ofOne, ofTwo] = [new Float64Array(3), new Float64Array(3)];
  for (let step = 0; step < 25; step++) {
    const actions = Array.from({ length: 3 }, () => rng.integer(5));
    simpleSpread.advance(one, actions, ofOne);
    simpleSpreadInParts.advance(
      two,
      actions.flatMap((action) => asParts[action]!),
      ofTwo,
    );
    expect(two).toEqual(one);
    expect(ofTwo).toEqual(ofOne);
  }
});

test("pushes along both axes move an agent aslant", () => {
  const state = new Float64Array(simpleSpread.stateSize).map((_, k) => k);
  const before = state.slice();
  simpleSpreadInParts.advance(state, [2, 1, 0, 0, 0, 0], new Float64Array(3));
  // Speeds: a quarter is lost, half a unit comes from the push.
  expect(state[6]).toBeCloseTo(0.75 * before[6]! + 0.5, 12);
  expect(state[7]).toBeCloseTo(0.75 * before[7]! - 0.5, 12);
});
