import { type Decision, type DecisionSink, changesSize } from "./autoscaler.ts";

export type SizeChangeCounter = {
  readonly sink: DecisionSink;
  /** Decisions so far that changed the replicas of a service or their CPU limit. */
  count(): number;
};

export function createSizeChangeCounter(): SizeChangeCounter {
  let changes = 0;
  return {
    sink: (decision) => {
      if (changesSize(decision)) changes++;
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
