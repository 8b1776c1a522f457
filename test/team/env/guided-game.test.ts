import { describe, expect, test } from "vitest";
import { breaches, gameOf, guided, oneRule, shipped } from "./guided.ts";

/** Everything two eras show. */
function play(): unknown {
  const game = gameOf(8, "same");
  const bound = guided(
    game,
    shipped((text) => text.replaceAll('"allow"', '"hardness": 0.5, "allow"')),
  );
  const seen: unknown[] = [];
  for (const era of [0, 1]) {
    bound.restart(era);
    for (let step = 0; step < 12; step++) {
      bound.step(new Int32Array(bound.agents * bound.environments).fill((step * 3) % bound.actions));
      seen.push(Array.from(bound.rewards));
      bound.resetEnded();
      seen.push(Array.from(bound.mask));
    }
  }
  return seen;
}

describe("a game under an organization", () => {
  test("no trajectory of 1,000 random policies breaks a hard rule; without it at least 5 % do", () => {
    let [broken, unguided] = [0, 0];
    const [rounds, environments, steps] = [1, 1_000, 24];
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
  }, 120_000);

  test("always leaves everyone an action, and tells what it did", () => {
    const game = gameOf(8, "an action");
    const bound = guided(game);
    bound.restart(0);
    bound.clearTotals();
    breaches(game, bound.mask, bound, 60);
    for (let cell = 0; cell < bound.agents * bound.environments; cell++)
      expect(bound.mask.subarray(cell * bound.actions, (cell + 1) * bound.actions)).toContain(1);
    expect(bound.totals).toMatchObject({ steps: 480 });
    expect(bound.totals["rulesApplied"]).toBeGreaterThan(0);
  });

  test("is the same for the same era and actions", () => {
    expect(play()).toEqual(play());
  });
});
