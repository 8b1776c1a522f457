import { expect, test } from "vitest";
import { climbing, climbingEquilibria } from "../../../src/team/known-games/climbing.ts";

function payoffOf(first: number, second: number): number {
  const rewards = new Float64Array(2);
  climbing.advance(new Float64Array(0), [first, second], rewards);
  expect(rewards[0]).toBe(rewards[1]);
  return rewards[0]!;
}

test("its equilibria are those where nobody gains by leaving alone", () => {
  const found = [0, 1, 2].flatMap((first) =>
    [0, 1, 2]
      .filter((second) => {
        const payoff = payoffOf(first, second);
        return [0, 1, 2].every((other) => payoffOf(other, second) <= payoff && payoffOf(first, other) <= payoff);
      })
      .map((second) => ({ actions: [first, second], payoff: payoffOf(first, second) })),
  );
  expect(found).toEqual(climbingEquilibria);
});
