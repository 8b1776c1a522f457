import type { ParallelEnv } from "../parallel/parallel-env.ts";
import { mismatch } from "../spaces/mismatch.ts";
import { wrap } from "./wrap.ts";

/** Refuses what a game need not expect: steps before a reset or after the end, missing, ghostly or impossible actions. */
export function enforceOrder(env: ParallelEnv): ParallelEnv {
  let isBegun = false;
  const expectReset = (what: string): void => {
    if (!isBegun) throw new Error(`${env.metadata.id}: expected a reset before the first ${what}`);
  };
  return wrap(env, {
    get agents() {
      return isBegun ? env.agents : [];
    },
    reset(seed, options) {
      const result = env.reset(seed, options);
      isBegun = true;
      return result;
    },
    step(actions) {
      expectReset("step");
      const faults = faultsOf(env, actions);
      if (faults.length > 0) throw new Error(`${env.metadata.id}: ${faults.join("; ")}`);
      return env.step(actions);
    },
    ...(env.state === undefined
      ? {}
      : {
          state() {
            expectReset("state");
            return env.state!();
          },
        }),
    render(mode) {
      expectReset("rendering");
      return env.render(mode);
    },
  });
}

/** All that is wrong with the actions of one step. */
function faultsOf(env: ParallelEnv, actions: { readonly [agent: string]: unknown }): string[] {
  if (env.agents.length === 0) return ["the episode is over: expected a reset, got a step"];
  const missing = env.agents.filter((agent) => !Object.hasOwn(actions, agent));
  const ghosts = Object.keys(actions).filter((agent) => !env.agents.includes(agent));
  const present = env.agents.filter((agent) => Object.hasOwn(actions, agent));
  return [
    ...missing.map((agent) => `expected an action of ${agent}, got none`),
    ...ghosts.map((agent) => `expected no action of ${agent}, who does not act now`),
    ...present.flatMap((agent) => mismatch(env.actionSpace(agent), actions[agent], `action of ${agent}`) ?? []),
  ];
}
