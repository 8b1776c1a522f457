import type { ParallelEnv } from "../parallel/parallel-env.ts";
import { box } from "../spaces/space.ts";
import { changeObservations } from "./observations.ts";
import { wrap } from "./wrap.ts";

/** Running mean and variance of each number of one agent's observations. */
type Moments = { count: number; readonly mean: Float64Array; readonly squares: Float64Array };

/**
 * Observations with mean 0 and deviation 1 by what was seen so far, cut to ± `limit`. What comes out depends on all
 * episodes since the environment was made, so that a reset with a seed starts the statistics afresh.
 *
 * @source Welford 1962; Gymnasium's NormalizeObservation
 */
export function normaliseObservations(env: ParallelEnv, limit = 10): ParallelEnv {
  const seen = new Map<string, Moments>();
  const normalised = changeObservations(env, {
    space: ({ low }) => box(-limit, limit, [low.length]),
    change(observation, agent) {
      const moments = seen.get(agent) ?? begin(observation.length);
      seen.set(agent, moments);
      take(moments, observation);
      return observation.map((value, at) => {
        const deviation = Math.sqrt(moments.squares[at]! / moments.count + 1e-8);
        return Math.max(-limit, Math.min(limit, (value - moments.mean[at]!) / deviation));
      });
    },
  });
  return wrap(normalised, {
    reset(seed, options) {
      if (seed !== undefined) seen.clear();
      return normalised.reset(seed, options);
    },
  });
}

function begin(length: number): Moments {
  return { count: 0, mean: new Float64Array(length), squares: new Float64Array(length) };
}

function take(moments: Moments, observation: Float32Array): void {
  moments.count++;
  for (let at = 0; at < observation.length; at++) {
    const change = observation[at]! - moments.mean[at]!;
    moments.mean[at] = moments.mean[at]! + change / moments.count;
    moments.squares[at] = moments.squares[at]! + change * (observation[at]! - moments.mean[at]!);
  }
}
