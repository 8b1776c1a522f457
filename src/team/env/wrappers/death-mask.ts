import type { AgentInfo, ParallelEnv } from "../parallel/parallel-env.ts";
import type { Space, SpaceValue } from "../spaces/space.ts";
import { wrap } from "./wrap.ts";

/**
 * Agents that are finished stay until the last one is: they see zeros, earn nothing, and whatever they do is ignored,
 * so that learners meet the same agents at every step. Infos of the finished say `isAlive: false`.
 *
 * @source SuperSuit's black_death
 */
export function maskDeaths(env: ParallelEnv): ParallelEnv {
  const nothing = new Map(env.possibleAgents.map((agent) => [agent, zeroOf(env.observationSpace(agent), agent)]));
  const everybody = <T>(own: { readonly [agent: string]: T }, other: (agent: string) => T): Record<string, T> =>
    Object.fromEntries(env.possibleAgents.map((agent) => [agent, own[agent] ?? other(agent)]));
  const blind = (agent: string): SpaceValue => structuredClone(nothing.get(agent)!);
  return wrap(env, {
    get agents() {
      return env.agents.length === 0 ? [] : env.possibleAgents;
    },
    reset(seed, options) {
      const { observations, infos } = env.reset(seed, options);
      return { observations: everybody(observations, blind), infos: everybody(infos, dead) };
    },
    step(actions) {
      const missing = env.agents.length === 0 ? [] : env.possibleAgents.filter((agent) => actions[agent] === undefined);
      if (missing.length > 0) throw new Error(`expected actions of ${missing.join(", ")} too`);
      const result = env.step(withoutDead(env, actions));
      const isOver = env.agents.length === 0;
      return {
        observations: everybody(result.observations, blind),
        rewards: everybody(result.rewards, () => 0),
        // Nobody leaves before the end: then everyone has terminated, unless the clock ended it.
        terminations: everybody<boolean>({}, (agent) => isOver && result.truncations[agent] !== true),
        truncations: everybody<boolean>({}, (agent) => isOver && result.truncations[agent] === true),
        infos: everybody(result.infos, dead),
      };
    },
  });
}

function dead(): AgentInfo {
  return { isAlive: false };
}

function withoutDead(env: ParallelEnv, actions: { readonly [agent: string]: SpaceValue }): Record<string, SpaceValue> {
  const isDead = (agent: string): boolean => env.possibleAgents.includes(agent) && !env.agents.includes(agent);
  return Object.fromEntries(Object.entries(actions).filter(([agent]) => !isDead(agent)));
}

function zeroOf(space: Space, agent: string): SpaceValue {
  switch (space.kind) {
    case "box":
      if (space.low.some((low, at) => low > 0 || space.high[at]! < 0)) break;
      return new Float32Array(space.low.length);
    case "discrete":
      return space.start;
    case "multi-discrete":
      return new Int32Array(space.nvec.length);
    case "multi-binary":
      return new Uint8Array(space.n);
    case "tuple":
      return space.spaces.map((part) => zeroOf(part, agent));
    case "dict":
      return Object.fromEntries(Object.entries(space.spaces).map(([key, part]) => [key, zeroOf(part, agent)]));
  }
  throw new Error(`the observation space of ${agent} has no zero to show to the dead`);
}
