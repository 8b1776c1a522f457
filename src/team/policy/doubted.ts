import { type Doubts, allDoubts, withFallback } from "../../control/autoscalers/fallback.ts";
import { readingDoubts } from "../../control/autoscalers/reading-doubts.ts";
import type { Autoscaler } from "../../control/loop/autoscaler.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { createLearnedAutoscaler, type LearnedContext } from "./learned.ts";
import { type SeenRanges, unseenFeatures } from "./seen.ts";

/**
 * A learned team whose place another autoscaler takes, service by service, where readings are missing or stale, or an
 * agent sees what no agent saw in training. A checkpoint without ranges gives no doubts of the last kind.
 *
 * @param more  doubts of other kinds
 */
export function createDoubtedTeam(
  checkpoint: Checkpoint,
  context: LearnedContext,
  fallback: Autoscaler,
  more: readonly Doubts[] = [],
): Autoscaler {
  const { seen } = checkpoint;
  const kinds = [readingDoubts(context.timing), ...(seen === undefined ? [] : [unseenDoubts(seen)]), ...more];
  return withFallback(createLearnedAutoscaler(checkpoint, context), fallback, allDoubts(...kinds));
}

function unseenDoubts(seen: SeenRanges): Doubts {
  return (_, proposals) =>
    proposals.map(({ evidence }) => (evidence === undefined ? [] : unseenFeatures(evidence.observation, seen)));
}
