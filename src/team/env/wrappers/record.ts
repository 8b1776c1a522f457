import type { Agents, ParallelEnv, ResetResult, StepResult } from "../parallel/parallel-env.ts";
import type { SpaceValue } from "../spaces/space.ts";
import { wrap } from "./wrap.ts";

/** What happened, in order: everything needed to play it again. */
export type RecordedEvent =
  | ({ readonly kind: "reset"; readonly seed: number | undefined } & ResetResult)
  | ({ readonly kind: "step"; readonly actions: Agents<SpaceValue> } & StepResult);

/** Hands everything that goes in and comes out to `record`, as copies. */
export function recordEnv(env: ParallelEnv, record: (event: RecordedEvent) => void): ParallelEnv {
  return wrap(env, {
    reset(seed, options) {
      const result = env.reset(seed, options);
      record(structuredClone({ kind: "reset", seed, ...result }));
      return result;
    },
    step(actions) {
      const result = env.step(actions);
      record(structuredClone({ kind: "step", actions, ...result }));
      return result;
    },
  });
}
