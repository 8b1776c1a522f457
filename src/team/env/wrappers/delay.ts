import type { ParallelEnv } from "../parallel/parallel-env.ts";
import { changeObservations } from "./observations.ts";

/** Agents see what was `steps` ago; until then, what they saw first. */
export function delayObservations(env: ParallelEnv, steps: number): ParallelEnv {
  if (!(Number.isInteger(steps) && steps >= 0)) throw new Error(`expected a delay of 0 steps or more, got ${steps}`);
  const waiting = new Map<string, Float32Array[]>();
  return changeObservations(env, {
    space: (space) => space,
    change(observation, agent, isFirst) {
      if (isFirst)
        waiting.set(
          agent,
          Array.from({ length: steps }, () => observation),
        );
      const queue = waiting.get(agent)!;
      queue.push(observation);
      return queue.shift()!.slice();
    },
  });
}
