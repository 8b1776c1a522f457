import type { ParallelEnv } from "../parallel/parallel-env.ts";
import { box } from "../spaces/space.ts";
import { changeObservations } from "./observations.ts";

/** Each observation together with the `frames - 1` before it, newest last; at the start the first one repeats. */
export function stackFrames(env: ParallelEnv, frames: number): ParallelEnv {
  if (!(Number.isInteger(frames) && frames >= 1)) throw new Error(`expected at least 1 frame, got ${frames}`);
  const repeat = (bounds: Float32Array): number[] => Array.from({ length: frames }, () => [...bounds]).flat();
  const stacks = new Map<string, Float32Array>();
  return changeObservations(env, {
    space: ({ low, high }) => box(repeat(low), repeat(high), [frames * low.length]),
    change(observation, agent, isFirst) {
      const before = isFirst ? Float32Array.from(repeat(observation)) : stacks.get(agent)!;
      const stack = new Float32Array(before.length);
      stack.set(before.subarray(observation.length));
      stack.set(observation, stack.length - observation.length);
      stacks.set(agent, stack);
      // A copy: callers may keep what they were given.
      return stack.slice();
    },
  });
}
