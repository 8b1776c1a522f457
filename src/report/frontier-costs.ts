import type { TrafficClass } from "../evaluate/burstiness.ts";
import { costAt, type CostPoint, violatingShareAt } from "../evaluate/frontier.ts";
import type { EvaluateResult, FrontierResult } from "../evaluate/result.ts";
import { shortNumber } from "./chart.ts";
import { ratioOf, type ReportTable } from "./table-text.ts";

/** Costs a table has at most. */
const COSTS = 8;
/** Between these shares of violating requests frontiers are worth comparing: what is leaner nobody would run. */
const WORST_SHARE = 0.15;
const BEST_SHARE = 0.003;

/** What every frontier reaches at the same costs, and the team against each of them. */
export function frontierTables({ frontiers }: EvaluateResult, own: TrafficClass): ReportTable[] {
  const inClass = frontiers.filter((one) => one.class === own);
  return [atEqualCosts(inClass), teamAgainst(inClass)];
}

function atEqualCosts(frontiers: readonly FrontierResult[]): ReportTable {
  const lines = frontiers.map(({ opponent, marks }) => ({ opponent, points: marks.map(pointOf) }));
  const costs = costsOf(lines.map(({ points }) => points));
  return {
    title: "Frontiers at equal costs",
    header: ["replicas", ...costs.map(String)],
    rows: costs.length === 0 ? [] : lines.map(({ opponent, points }) => [opponent].concat(cellsOf(points, costs))),
    note: "Violating requests in %, between two points of a frontier log-linear; – where it begins further right.",
  };
}

function pointOf({ pods, violatingShare }: FrontierResult["marks"][number]): CostPoint {
  return { cost: pods, violatingShare };
}

function cellsOf(points: readonly CostPoint[], costs: readonly number[]): string[] {
  return costs.map((cost) => {
    const share = violatingShareAt(points, cost);
    return Number.isNaN(share) ? "–" : shortNumber(100 * share);
  });
}

/** Whole replicas, each step by about the same share: from where the first frontier begins to where half of them are safe. */
function costsOf(frontiers: readonly (readonly CostPoint[])[]): number[] {
  const known = frontiers.filter((points) => points.length > 1);
  const low = Math.min(...known.map((points) => costAt(points, WORST_SHARE)).filter((cost) => !Number.isNaN(cost)));
  const highest = known.map((points) => highestOf(points)).toSorted((a, b) => a - b);
  const high = highest[Math.floor(highest.length / 2)] ?? 0;
  if (!(high > low)) return [];
  const steps = Array.from({ length: COSTS }, (_, step) => Math.ceil(low * (high / low) ** (step / (COSTS - 1))));
  return [...new Set(steps)].filter((cost) => cost <= Math.ceil(high));
}

function highestOf(points: readonly CostPoint[]): number {
  const cost = costAt(points, BEST_SHARE);
  return Number.isNaN(cost) ? points.at(-1)!.cost : cost;
}

function teamAgainst(frontiers: readonly FrontierResult[]): ReportTable {
  return {
    title: "The team against each frontier",
    header: ["frontier", "violations at equal cost", "cost at equal violations"],
    rows: frontiers.flatMap(({ opponent, ours }) =>
      ours === undefined ? [] : [[opponent, ratioOf(ours.violatingRatio), ratioOf(ours.costRatio)]],
    ),
    note: "The team's figure / the frontier's, with 95 % intervals over plays, the frontier rebuilt in each resample.",
  };
}
