import type { Decision, DecisionSink } from "./autoscaler.ts";

export type SizeChangeCounter = {
  readonly sink: DecisionSink;
  /** Decisions so far that changed a service's desired replicas. */
  count(): number;
};

export function createSizeChangeCounter(): SizeChangeCounter {
  let changes = 0;
  return {
    sink: (decision) => {
      if (decision.applied !== decision.from) changes++;
    },
    count: () => changes,
  };
}

/** One sink that hands every decision to each of several, in order. */
export function combineSinks(...sinks: readonly DecisionSink[]): DecisionSink {
  return (decision: Decision) => {
    for (const sink of sinks) sink(decision);
  };
}
