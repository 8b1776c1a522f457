/** What a line of a training's metrics says of its progress. */
export type TrainingPoint = { readonly steps: number; readonly reward: number };

/** Iterations whose mean counts as the level of a training: single ones are noise. */
const window = 5;
const share = 0.95;

/**
 * Steps after which a training has made 95 % of its way: the mean reward of five iterations, from the first such mean to
 * the best. Undefined where that is never surpassed, or where there are too few iterations to tell.
 */
export function convergedAfter(points: readonly TrainingPoint[]): number | undefined {
  if (points.length < 2 * window) return undefined;
  const levels = points.slice(window - 1).map(({ steps }, at) => ({
    steps,
    level: points.slice(at, at + window).reduce((sum, { reward }) => sum + reward, 0) / window,
  }));
  const first = levels[0]!.level;
  const best = Math.max(...levels.map(({ level }) => level));
  if (best <= first) return undefined;
  return levels.find(({ level }) => level >= first + share * (best - first))!.steps;
}
