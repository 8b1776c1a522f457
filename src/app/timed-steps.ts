import { createRealClock } from "../host/clock.ts";
import type { Progress, Update } from "../host/progress.ts";

export type StepTiming<Name extends string> = {
  readonly name: Name;
  readonly seconds: number;
  /** False where everything was there already. */
  readonly didWork: boolean;
};

/** Steps of a recipe, each shown and timed. */
export type TimedSteps<Name extends string> = {
  /** @param work  gives false where there was nothing to do */
  step<Value>(name: Name, title: string, work: (update: Update) => Promise<Value>): Promise<Value>;
  readonly timings: readonly StepTiming<Name>[];
};

export function createTimedSteps<Name extends string>(progress: Progress): TimedSteps<Name> {
  const timings: StepTiming<Name>[] = [];
  const clock = createRealClock();
  return {
    timings,
    async step(name, title, work) {
      const startMs = clock.nowMs();
      const value = await progress.step(title, work);
      timings.push({ name, seconds: (clock.nowMs() - startMs) / 1_000, didWork: value !== false });
      return value;
    },
  };
}
