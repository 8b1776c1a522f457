import type { Rng } from "../../core/rng.ts";
import { createHead } from "../../nn/create-head.ts";
import type { ActionSpace, Played } from "../../nn/head.ts";
import type { VectorGame } from "../env/vector-game.ts";

/** One world of a game whose best or usual play is published, to hold a learner to. Its state is a row of numbers. */
export type KnownGame = {
  readonly agents: number;
  readonly observationSize: number;
  /** As in {@link VectorGame}, as is the next one. */
  readonly actions: number;
  readonly actionSpace?: ActionSpace;
  readonly stateSize: number;
  /** An episode that has not ended by itself is ended by the clock after so many steps. */
  readonly mostSteps: number;
  /** The clock's end counts as the game's: to a learner nothing follows it. Cut off by the clock when left out. */
  readonly isOverByClock?: boolean;
  /** Writes the state in which an episode begins. */
  begin(state: Float64Array, rng: Rng): void;
  /**
   * Moves the state on.
   *
   * @param actions  [agents][numbers of an action]
   * @param rewards  [agents], overwritten
   * @returns whether the game itself ended the episode
   */
  advance(state: Float64Array, actions: ArrayLike<number>, rewards: Float64Array): boolean;
  /** Overwrites what an agent sees: [observationSize]. */
  observe(state: Float64Array, agent: number, seen: Float32Array): void;
};

type Worlds = {
  readonly game: KnownGame;
  readonly environments: number;
  /** Numbers of an action. */
  readonly actionSize: number;
  readonly rng: Rng;
  readonly states: readonly Float64Array[];
  readonly observations: Float32Array;
  readonly rewards: Float64Array;
  readonly ended: Uint8Array;
  readonly terminated: Uint8Array;
  readonly steps: Int32Array;
  /** Sum of the agents' mean rewards in the running episode: [environments]. */
  readonly returns: Float64Array;
  readonly totals: { steps: number; episodes: number; returns: number };
  /** Starts of episodes, by environment, of the era. */
  starts: readonly Rng[];
  /** Of one environment: [agents][numbers of an action]. */
  readonly chosen: Float64Array;
  readonly gained: Float64Array;
};

/**
 * Many worlds of a game for a learner. Totals: `steps`, `episodes` that ended, and the sum of their `returns` (rewards
 * of an episode, of the mean agent).
 */
export function createKnownVectorGame(game: KnownGame, environments: number, rng: Rng): VectorGame<Played> {
  const worlds = createWorlds(game, environments, rng);
  const { agents, observationSize, actions } = game;
  const { observations, rewards, ended, terminated, totals } = worlds;
  return {
    agents,
    environments,
    observationSize,
    actions,
    ...(game.actionSpace && { actionSpace: game.actionSpace }),
    groupSize: 1,
    observations,
    rewards,
    ended,
    terminated,
    totals,
    privilegedSize: 0,
    privileged: new Float32Array(0),
    clearTotals: () => void Object.assign(totals, { steps: 0, episodes: 0, returns: 0 }),
    restart: (era) => restart(worlds, era),
    step(chosen) {
      for (let environment = 0; environment < environments; environment++) stepOne(worlds, chosen, environment);
    },
    resetEnded() {
      for (let environment = 0; environment < environments; environment++)
        if (ended[environment] === 1) begin(worlds, environment);
    },
  };
}

function createWorlds(game: KnownGame, environments: number, rng: Rng): Worlds {
  const actionSize = sizeOf(game.actionSpace);
  const rows = game.agents * environments;
  return {
    game,
    environments,
    actionSize,
    rng,
    states: Array.from({ length: environments }, () => new Float64Array(game.stateSize)),
    observations: new Float32Array(rows * game.observationSize),
    rewards: new Float64Array(rows),
    ended: new Uint8Array(environments),
    terminated: new Uint8Array(environments),
    steps: new Int32Array(environments),
    returns: new Float64Array(environments),
    totals: { steps: 0, episodes: 0, returns: 0 },
    starts: [],
    chosen: new Float64Array(game.agents * actionSize),
    gained: new Float64Array(game.agents),
  };
}

function sizeOf(space: ActionSpace | undefined): number {
  return space === undefined ? 1 : createHead(space).actionSize;
}

function restart(worlds: Worlds, era: number): void {
  const { rng, environments } = worlds;
  worlds.starts = Array.from({ length: environments }, (_, k) => rng.split(`era ${era}, world ${k}`));
  for (let environment = 0; environment < environments; environment++) begin(worlds, environment);
}

function begin(worlds: Worlds, environment: number): void {
  const { game, states, starts, steps, returns, ended, terminated } = worlds;
  game.begin(states[environment]!, starts[environment]!);
  steps[environment] = 0;
  returns[environment] = 0;
  ended[environment] = 0;
  terminated[environment] = 0;
  show(worlds, environment);
}

function stepOne(worlds: Worlds, actions: Played, environment: number): void {
  const { game, environments, states, rewards, ended, terminated, steps, returns, totals, chosen, gained } = worlds;
  takeActions(worlds, actions, environment);
  const isOver = game.advance(states[environment]!, chosen, gained);
  const step = ++steps[environment]!;
  for (let agent = 0; agent < game.agents; agent++) {
    rewards[agent * environments + environment] = gained[agent]!;
    returns[environment] = returns[environment]! + gained[agent]! / game.agents;
  }
  const isCut = step >= game.mostSteps;
  terminated[environment] = isOver || (isCut && game.isOverByClock === true) ? 1 : 0;
  ended[environment] = isOver || isCut ? 1 : 0;
  totals.steps++;
  if (ended[environment] === 1) {
    totals.episodes++;
    totals.returns += returns[environment]!;
  }
  show(worlds, environment);
}

function takeActions({ game, environments, actionSize, chosen }: Worlds, actions: Played, environment: number): void {
  for (let agent = 0; agent < game.agents; agent++) {
    const at = (agent * environments + environment) * actionSize;
    for (let k = 0; k < actionSize; k++) chosen[agent * actionSize + k] = actions[at + k]!;
  }
}

function show({ game, environments, states, observations }: Worlds, environment: number): void {
  const { agents, observationSize } = game;
  for (let agent = 0; agent < agents; agent++) {
    const at = (agent * environments + environment) * observationSize;
    game.observe(states[environment]!, agent, observations.subarray(at, at + observationSize));
  }
}
