/** What a setting costs and what it does to users, of one play or a mean. */
export type CostPoint = {
  /** Replicas, on average or relative to need: the same unit for all points that are compared. */
  readonly cost: number;
  readonly violatingShare: number;
};

export type FrontierPoint = CostPoint & { readonly spec: string };

/** Points that none other beats or equals in both cost and violations: cost rises, violations fall, both strictly. */
export function paretoFrontier<Point extends CostPoint>(points: readonly Point[]): Point[] {
  const byCost = points.toSorted((a, b) => a.cost - b.cost || a.violatingShare - b.violatingShare);
  const frontier: Point[] = [];
  for (const point of byCost) {
    const last = frontier.at(-1);
    if (last === undefined || point.violatingShare < last.violatingShare) frontier.push(point);
  }
  return frontier;
}

/**
 * The frontier without the points that lie above the line between others, cost against the logarithm of the share. Without
 * this a setting more could make the line between two others worse, and an opponent that was searched finer look worse.
 *
 * @param frontier  as {@link paretoFrontier} gives it
 */
export function hullOf<Point extends CostPoint>(frontier: readonly Point[], floor: number = lowestShare): Point[] {
  const hull: Point[] = [];
  for (const point of frontier) {
    while (hull.length >= 2 && isAbove(hull.at(-1)!, hull.at(-2)!, point, floor)) hull.pop();
    hull.push(point);
  }
  return hull;
}

function isAbove(middle: CostPoint, left: CostPoint, right: CostPoint, floor: number): boolean {
  const way = (middle.cost - left.cost) / (right.cost - left.cost);
  const line = logOf(left, floor) + way * (logOf(right, floor) - logOf(left, floor));
  return logOf(middle, floor) >= line;
}

/** Shares below are taken for this one, which a logarithm can stand: a request in a million. */
const lowestShare = 1e-6;

/**
 * Violating share the frontier reaches at this cost: between two points the logarithm of the share is taken as linear in
 * the cost. Behind the dearest point it is that point's, because spending less is allowed; NaN before the cheapest, where
 * nothing on the frontier can go.
 *
 * @param frontier  as {@link paretoFrontier} gives it
 * @param floor  share that a share of 0 is taken for, > 0
 */
export function violatingShareAt(frontier: readonly CostPoint[], cost: number, floor: number = lowestShare): number {
  const above = frontier.findIndex((point) => point.cost > cost);
  if (above === 0 || frontier.length === 0) return Number.NaN;
  if (above < 0) return Math.max(floor, frontier.at(-1)!.violatingShare);
  const [left, right] = [frontier[above - 1]!, frontier[above]!];
  const way = (cost - left.cost) / (right.cost - left.cost);
  const leftLog = logOf(left, floor);
  return Math.exp(leftLog + way * (logOf(right, floor) - leftLog));
}

/**
 * Cost at which the frontier reaches this violating share; the inverse of {@link violatingShareAt}. The cheapest point's
 * where that one violates less; NaN below the lowest share, which nothing on the frontier reaches.
 */
export function costAt(frontier: readonly CostPoint[], share: number, floor: number = lowestShare): number {
  const wantedLog = Math.log(Math.max(floor, share));
  const reached = frontier.findIndex((point) => logOf(point, floor) <= wantedLog);
  if (reached < 0) return Number.NaN;
  const right = frontier[reached]!;
  if (reached === 0) return right.cost;
  const left = frontier[reached - 1]!;
  const leftLog = logOf(left, floor);
  const way = (wantedLog - leftLog) / (logOf(right, floor) - leftLog);
  return left.cost + way * (right.cost - left.cost);
}

function logOf(point: CostPoint, floor: number): number {
  return Math.log(Math.max(floor, point.violatingShare));
}
