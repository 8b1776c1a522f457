import type { Space, SpaceMask, SpaceValue } from "../spaces/space.ts";

export type RenderMode = "ansi" | "human" | "rgb_array";

/** What goes with an observation. A mask of the agent's actions, where there is one, stands here and nowhere else. */
export type AgentInfo = { readonly actionMask?: SpaceMask } & { readonly [key: string]: unknown };

/** By agent. */
export type Agents<T> = { readonly [agent: string]: T };

export type ResetOptions = { readonly [key: string]: unknown };
export type ResetResult = { readonly observations: Agents<SpaceValue>; readonly infos: Agents<AgentInfo> };

export type StepResult = {
  readonly observations: Agents<SpaceValue>;
  readonly rewards: Agents<number>;
  /** True where the agent's task is over. */
  readonly terminations: Agents<boolean>;
  /** True where the clock ended the episode. */
  readonly truncations: Agents<boolean>;
  readonly infos: Agents<AgentInfo>;
};

export type EnvMetadata = {
  /**
   * Name and version, `karma/autoscaling-v0` or `walkers/1`: the version changes with anything that changes results. Ours
   * count from the first release on; until then `v0` may change.
   */
  readonly id: string;
  readonly renderModes: readonly RenderMode[];
  /** Longest episode, steps: every episode ends by then. */
  readonly maxSteps: number;
  /** Numbers that stand in the info of every agent after every step, by name; a vector of them crosses a bridge. */
  readonly signals?: readonly string[];
};

/**
 * A game in which all agents act at the same time. An agent whose task is over still stands in that step's results and
 * is gone from `agents` afterwards, for good; the episode is over when `agents` is empty.
 *
 * @source PettingZoo, the Parallel API
 */
export type ParallelEnv = {
  readonly metadata: EnvMetadata;
  /** Everyone who may ever act; never changes. */
  readonly possibleAgents: readonly string[];
  /** Who acts now; empty before the first reset. */
  readonly agents: readonly string[];
  /** The same object at every call. */
  observationSpace(agent: string): Space;
  /** The same object at every call. */
  actionSpace(agent: string): Space;
  readonly stateSpace?: Space;
  /** Starts an episode. The same seed, the same episode; without one, the next of the present stream. */
  reset(seed?: number, options?: ResetOptions): ResetResult;
  /** One step of everyone in `agents`. @throws where an action is missing or outside its space */
  step(actions: Agents<SpaceValue>): StepResult;
  /** What all agents together could know, for critics. */
  state?(): SpaceValue;
  /** The present state, in one of `metadata.renderModes`: text for `ansi`, nothing returned for `human`, or pixels. */
  render(mode: RenderMode): string | undefined | RgbImage;
  /** Frees what the game holds. May be called again. */
  close(): void;
};

/** @param pixels  [height][width][3] */
export type RgbImage = { readonly width: number; readonly height: number; readonly pixels: Uint8Array };
