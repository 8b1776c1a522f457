import { createRng, resumeRng, type Rng } from "../../../core/rng.ts";
import type {
  AgentInfo,
  EnvMetadata,
  ParallelEnv,
  ResetOptions,
  ResetResult,
  StepResult,
} from "../parallel/parallel-env.ts";
import type { BoxSpace, Space, SpaceValue } from "../spaces/space.ts";
import { enforceOrder } from "../wrappers/enforce-order.ts";

/** A game in which everybody plays every step until the clock ends the episode; agents by their place in `agents`. */
export type TeamGame = {
  readonly metadata: EnvMetadata;
  readonly agents: readonly string[];
  /** [agents] */
  readonly observationSpaces: readonly Space[];
  /** [agents] */
  readonly actionSpaces: readonly Space[];
  readonly stateSpace: BoxSpace;
  /** Starts the episode of a seed. @throws where an option is none that the game knows the meaning of */
  begin(seed: number, options?: ResetOptions): void;
  /** One step; [agents]. */
  play(actions: readonly SpaceValue[]): void;
  /** What an agent sees now, as a copy. */
  observe(agent: number): Float32Array;
  /** Of the last step. */
  reward(agent: number): number;
  /** The mask of the next action, and the signals of the last step. */
  info(agent: number): AgentInfo;
  state(): Float32Array;
  /** The present state as text. */
  draw(): string;
};

type Clock = { rng: Rng; step: number; agents: readonly string[] };

/** The game as a {@link ParallelEnv}. Without a seed, episodes are those of the stream `stream`. */
export function parallelEnvOf(game: TeamGame, stream: string): ParallelEnv {
  const { metadata, agents, observationSpaces, actionSpaces, stateSpace } = game;
  const clock: Clock = { rng: createRng(stream), step: 0, agents: [] };
  return enforceOrder({
    metadata,
    possibleAgents: agents,
    get agents() {
      return clock.agents;
    },
    observationSpace: (agent) => observationSpaces[placeOf(agents, agent)]!,
    actionSpace: (agent) => actionSpaces[placeOf(agents, agent)]!,
    stateSpace,
    reset: (seed, options) => begin(game, clock, seed, options),
    step: (actions) => play(game, clock, actions),
    state: () => game.state(),
    render(mode) {
      if (mode === "ansi") return game.draw();
      throw new Error(`expected the render mode ansi, got ${mode}`);
    },
    close: () => void (clock.agents = []),
  });
}

function begin(game: TeamGame, clock: Clock, seed: number | undefined, options: ResetOptions | undefined): ResetResult {
  // A copy: what is refused leaves the episode before as it was, and the stream of the next ones too.
  const rng = seed === undefined ? resumeRng(clock.rng.state()) : createRng(seed);
  game.begin(rng.next(), options);
  Object.assign(clock, { rng, step: 0, agents: game.agents });
  return { observations: each(game, (agent) => game.observe(agent)), infos: each(game, (agent) => game.info(agent)) };
}

function play(game: TeamGame, clock: Clock, actions: { readonly [agent: string]: SpaceValue }): StepResult {
  game.play(game.agents.map((agent) => actions[agent]!));
  clock.step++;
  const isOver = clock.step >= game.metadata.maxSteps;
  if (isOver) clock.agents = [];
  return {
    observations: each(game, (agent) => game.observe(agent)),
    rewards: each(game, (agent) => game.reward(agent)),
    terminations: each(game, () => false),
    truncations: each(game, () => isOver),
    infos: each(game, (agent) => game.info(agent)),
  };
}

function each<T>({ agents }: TeamGame, of: (agent: number) => T): Record<string, T> {
  const values: Record<string, T> = {};
  for (let agent = 0; agent < agents.length; agent++) values[agents[agent]!] = of(agent);
  return values;
}

function placeOf(agents: readonly string[], agent: string): number {
  const place = agents.indexOf(agent);
  if (place < 0) throw new Error(`expected one of the agents ${agents.join(", ")}, got ${agent}`);
  return place;
}
