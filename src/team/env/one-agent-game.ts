import type { VectorGame } from "./vector-game.ts";

/** The action of an agent that another one acts for: it keeps its size. */
const keep = 0;

/**
 * The same game for one agent in the place of all: it sees what every agent sees, and in each step it chooses one action
 * of one service, the others keep their sizes. Action `service * actions + action`; its reward is the sum of theirs.
 *
 * @source the single agent of Gym-HPA (Santos et al. 2023), which moves one deployment in each step
 */
export function oneAgentGame(game: VectorGame): VectorGame {
  const { agents, environments, observationSize } = game;
  const observations = new Float32Array(environments * agents * observationSize);
  const rewards = new Float64Array(environments);
  const all = new Int32Array(agents * environments);
  const look = (): void => gather(game, observations);
  return {
    ...game,
    agents: 1,
    observationSize: agents * observationSize,
    actions: agents * game.actions,
    observations,
    rewards,
    restart(era) {
      game.restart(era);
      look();
    },
    step(actions) {
      all.fill(keep);
      for (let environment = 0; environment < environments; environment++) {
        const service = Math.floor(actions[environment]! / game.actions);
        all[service * environments + environment] = actions[environment]! % game.actions;
      }
      game.step(all);
      rewards.fill(0);
      for (let cell = 0; cell < all.length; cell++)
        rewards[cell % environments] = rewards[cell % environments]! + game.rewards[cell]!;
      look();
    },
    resetEnded() {
      game.resetEnded();
      look();
    },
  };
}

/** [agents][environments][features] to [environments][agents][features]. */
function gather({ agents, environments, observationSize, observations }: VectorGame, all: Float32Array): void {
  for (let agent = 0; agent < agents; agent++)
    for (let environment = 0; environment < environments; environment++) {
      const from = (agent * environments + environment) * observationSize;
      all.set(observations.subarray(from, from + observationSize), (environment * agents + agent) * observationSize);
    }
}
