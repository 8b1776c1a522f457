import type { ParallelEnv } from "../parallel/parallel-env.ts";
import { box } from "../spaces/space.ts";
import { changeObservations } from "./observations.ts";

/** Appends to each observation which of the possible agents sees it, one-hot, so that agents can share a network. */
export function indicateAgent(env: ParallelEnv): ParallelEnv {
  const { possibleAgents } = env;
  const marks = new Map(
    possibleAgents.map((agent, at) => [agent, Float32Array.from(possibleAgents, (_, other) => (at === other ? 1 : 0))]),
  );
  return changeObservations(env, {
    space: ({ low, high }) =>
      box(
        [...low, ...possibleAgents.map(() => 0)],
        [...high, ...possibleAgents.map(() => 1)],
        [low.length + possibleAgents.length],
      ),
    change: (observation, agent) => Float32Array.of(...observation, ...marks.get(agent)!),
  });
}
