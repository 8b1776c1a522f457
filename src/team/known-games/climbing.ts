import type { KnownGame } from "./known-game.ts";

/** What both get: [action of the first][action of the second]. */
const payoffs = [
  [11, -30, 0],
  [-30, 7, 6],
  [0, 0, 5],
] as const;

/** Equilibria of pure actions, and what both get there: the first is best for both, the second is safer. */
export const climbingEquilibria: readonly { readonly actions: readonly [number, number]; readonly payoff: number }[] = [
  { actions: [0, 0], payoff: 11 },
  { actions: [1, 1], payoff: 7 },
];

/**
 * The climbing game, 25 times in a row: two agents that get the same, each seeing only which of them it is. Whoever
 * leaves the equilibrium of 7 for that of 11 alone is punished, which is why learners stay in the lesser one.
 *
 * @source Claus & Boutilier, The Dynamics of Reinforcement Learning in Cooperative Multiagent Systems (1998), table 4;
 * 25 steps: Papoudakis et al., Benchmarking MARL Algorithms in Cooperative Tasks (arXiv 2006.07869)
 */
export const climbing: KnownGame = {
  agents: 2,
  observationSize: 2,
  actions: 3,
  stateSize: 0,
  mostSteps: 25,
  begin() {},
  advance(_state, actions, rewards) {
    rewards.fill(payoffs[actions[0]!]![actions[1]!]!);
    return false;
  },
  observe(_state, agent, seen) {
    seen.fill(0);
    seen[agent] = 1;
  },
};
