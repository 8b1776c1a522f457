import { expect, test } from "vitest";
import { oneAgentGame } from "../../../src/team/env/one-agent-game.ts";
import type { VectorGame } from "../../../src/team/env/vector-game.ts";
import { gameOf } from "./guided.ts";

/** Plays one action in all environments for some steps. */
function play(game: VectorGame, action: (cell: number) => number, steps = 3): VectorGame {
  const actions = Int32Array.from({ length: game.agents * game.environments }, (_, cell) => action(cell));
  game.restart(0);
  for (let step = 0; step < steps; step++) {
    game.step(actions);
    game.resetEnded();
  }
  return game;
}

test("one agent moves one service and keeps the others, sees what all see, and earns what all earn", () => {
  const [service, action] = [2, 8];
  const all = gameOf(8, "same");
  const { agents, environments, observationSize, actions } = all;
  play(all, (cell) => (Math.floor(cell / environments) === service ? action : 0));
  const one = play(oneAgentGame(gameOf(8, "same")), () => service * actions + action);
  expect([one.agents, one.actions, one.observationSize]).toEqual([1, agents * actions, agents * observationSize]);
  for (let environment = 0; environment < environments; environment++) {
    let sum = 0;
    for (let agent = 0; agent < agents; agent++) {
      const cell = agent * environments + environment;
      sum += all.rewards[cell]!;
      const seen = one.observations.subarray(
        (environment * agents + agent) * observationSize,
        (environment * agents + agent + 1) * observationSize,
      );
      expect(seen).toEqual(all.observations.subarray(cell * observationSize, (cell + 1) * observationSize));
    }
    expect(one.rewards[environment]).toBeCloseTo(sum, 10);
  }
});
