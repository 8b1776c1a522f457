import { expect, test } from "vitest";
import { breaches, gameOf, guided, oneRule } from "../team/env/guided.ts";

test("no trajectory of 10,000 random policies breaks a hard rule; without it at least 5 % do", () => {
  let [broken, unguided] = [0, 0];
  const [rounds, environments, steps] = [10, 1_000, 24];
  for (let round = 0; round < rounds; round++) {
    const free = gameOf(environments, `round ${round}`);
    free.restart(0);
    for (const one of breaches(free, undefined, free, steps)) unguided += one;
    const game = gameOf(environments, `round ${round}`);
    const bound = guided(game, oneRule);
    bound.restart(0);
    for (const one of breaches(game, bound.mask, bound, steps)) broken += one;
  }
  expect(broken).toBe(0);
  expect(unguided / (rounds * environments)).toBeGreaterThan(0.05);
});
