import type { ParallelEnv } from "../parallel/parallel-env.ts";
import type { BoxSpace, Space, SpaceValue } from "../spaces/space.ts";
import { mapAgents, wrap } from "./wrap.ts";

/** What an observation wrapper does to each agent's box. */
export type ObservationChange = {
  readonly space: (space: BoxSpace, agent: string) => BoxSpace;
  /** @param isFirst  of an episode of this agent */
  readonly change: (observation: Float32Array, agent: string, isFirst: boolean) => Float32Array;
};

/** An environment whose observations, boxes all of them, are changed on their way out. */
export function changeObservations(env: ParallelEnv, { space, change }: ObservationChange): ParallelEnv {
  const spaces = new Map(
    env.possibleAgents.map((agent) => [agent, space(boxOf(env.observationSpace(agent), agent), agent)]),
  );
  const changeAll = (observations: Record<string, SpaceValue>, isFirst: boolean): Record<string, SpaceValue> =>
    mapAgents(observations, (one, agent) => change(numbersOf(one, agent), agent, isFirst));
  return wrap(env, {
    observationSpace(agent) {
      const changed = spaces.get(agent);
      // The wrapped one knows what to say of an unknown agent.
      return changed ?? env.observationSpace(agent);
    },
    reset(seed, options) {
      const result = env.reset(seed, options);
      return { ...result, observations: changeAll(result.observations, true) };
    },
    step(actions) {
      const result = env.step(actions);
      return { ...result, observations: changeAll(result.observations, false) };
    },
  });
}

function boxOf(space: Space, agent: string): BoxSpace {
  if (space.kind === "box") return space;
  throw new Error(`expected a box as the observation space of ${agent}, got ${space.kind}`);
}

function numbersOf(value: SpaceValue, agent: string): Float32Array {
  if (value instanceof Float32Array) return value;
  throw new Error(`expected a Float32Array as the observation of ${agent}`);
}
