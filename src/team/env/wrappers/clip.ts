import type { ParallelEnv } from "../parallel/parallel-env.ts";
import { mapAgents, wrap } from "./wrap.ts";

/** Rewards cut to [low, high]. */
export function clipRewards(env: ParallelEnv, low: number, high: number): ParallelEnv {
  if (!(low < high)) throw new Error(`expected low < high, got ${low} and ${high}`);
  return wrap(env, {
    step(actions) {
      const result = env.step(actions);
      return { ...result, rewards: mapAgents(result.rewards, (reward) => Math.max(low, Math.min(high, reward))) };
    },
  });
}

/** Numbers of box actions cut to their bounds, instead of refused; NaN and other actions are passed on as they are. */
export function clipActions(env: ParallelEnv): ParallelEnv {
  return wrap(env, {
    step: (actions) =>
      env.step(
        mapAgents(actions, (action, agent) => {
          if (!(action instanceof Float32Array) || !env.possibleAgents.includes(agent)) return action;
          const space = env.actionSpace(agent);
          if (space.kind !== "box" || action.length !== space.low.length) return action;
          return action.map((value, at) => Math.max(space.low[at]!, Math.min(space.high[at]!, value)));
        }),
      ),
  });
}
