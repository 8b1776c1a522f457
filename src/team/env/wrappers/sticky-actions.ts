import type { Rng } from "../../../core/rng.ts";
import type { AgentInfo, Agents, ParallelEnv } from "../parallel/parallel-env.ts";
import type { Space, SpaceMask, SpaceValue } from "../spaces/space.ts";
import { mapAgents, wrap } from "./wrap.ts";

/**
 * With some probability an agent's last action is taken again instead of its new one, where its mask still allows it.
 *
 * @param rng  of an episode, by its seed
 * @source Machado et al., Revisiting the Arcade Learning Environment (2018), §5
 */
export function stickActions(
  env: ParallelEnv,
  probability: number,
  rng: (seed: number | undefined) => Rng,
): ParallelEnv {
  if (!(probability >= 0 && probability < 1)) throw new Error(`expected a probability in [0, 1), got ${probability}`);
  let stream = rng(undefined);
  let last: Agents<SpaceValue> = {};
  let infos: Agents<AgentInfo> = {};
  return wrap(env, {
    reset(seed, options) {
      const result = env.reset(seed, options);
      if (seed !== undefined) stream = rng(seed);
      last = {};
      ({ infos } = result);
      return result;
    },
    step(actions) {
      const taken = mapAgents(actions, (action, agent) => {
        const before = last[agent];
        const sticks = stream.uniform() < probability && before !== undefined;
        return sticks && isAllowed(env.actionSpace(agent), before, infos[agent]?.actionMask) ? before : action;
      });
      const result = env.step(taken);
      last = taken;
      ({ infos } = result);
      return result;
    },
  });
}

/** Only masks of discrete actions are looked at; where another kind has one, nothing sticks. */
function isAllowed(space: Space, action: SpaceValue, mask: SpaceMask | undefined): boolean {
  if (mask === undefined) return true;
  return space.kind === "discrete" && mask instanceof Uint8Array && mask[Number(action) - space.start] === 1;
}
