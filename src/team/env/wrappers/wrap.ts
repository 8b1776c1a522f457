import type { ParallelEnv } from "../parallel/parallel-env.ts";

/** An environment with some parts replaced; all others, live getters among them, stay those of the wrapped one. */
export function wrap(env: ParallelEnv, parts: Partial<ParallelEnv>): ParallelEnv {
  const passed = Object.getOwnPropertyDescriptors({
    metadata: env.metadata,
    possibleAgents: env.possibleAgents,
    get agents() {
      return env.agents;
    },
    observationSpace: (agent: string) => env.observationSpace(agent),
    actionSpace: (agent: string) => env.actionSpace(agent),
    reset: (...args: Parameters<ParallelEnv["reset"]>) => env.reset(...args),
    step: (actions: Parameters<ParallelEnv["step"]>[0]) => env.step(actions),
    ...(env.stateSpace === undefined ? {} : { stateSpace: env.stateSpace }),
    ...(env.state === undefined ? {} : { state: () => env.state!() }),
    render: (mode: Parameters<ParallelEnv["render"]>[0]) => env.render(mode),
    close: () => env.close(),
  });
  const wrapped: object = Object.defineProperties({}, passed);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every part of the type is in one of the two
  return Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(parts)) as ParallelEnv;
}

/** Every value of an object by agent, changed. */
export function mapAgents<T, U>(
  values: { readonly [agent: string]: T },
  change: (value: T, agent: string) => U,
): Record<string, U> {
  const changed: Record<string, U> = {};
  for (const agent of Object.keys(values)) changed[agent] = change(values[agent]!, agent);
  return changed;
}
