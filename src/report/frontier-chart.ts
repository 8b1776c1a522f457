import type { ClassRow, FrontierMark, FrontierResult } from "../evaluate/result.ts";
import { hasSizedCost } from "../evaluate/sized-cost.ts";
import { type Chart, type ChartSize, axisStyle, drawSvg, shortNumber } from "./chart.ts";
import { colourOf, shapeOf, standIn } from "./palette.ts";

/** Per cent below which a logarithmic axis has no room. */
const LOWEST_PERCENT = 0.001;

/** Cost against violations: tuned opponents as lines, all others as points with the interval of their violations. */
export function frontierChart(
  name: string,
  label: string,
  frontiers: readonly FrontierResult[],
  rows: readonly ClassRow[],
): Chart {
  const points = pointsOf(frontiers, rows);
  const costAxis = costAxisOf(rows);
  return {
    name,
    label,
    svg: (size) => drawSvg(optionOf(frontiers, points, costAxis, size), { name, label, size, height: heightOf(size) }),
  };
}

/** Replicas, or where anybody resized them their share of the declared CPU. */
function costAxisOf(rows: readonly ClassRow[]): string {
  return `replicas${hasSizedCost(rows) ? " by their CPU limit" : ""}, mean of all services together`;
}

function heightOf({ isNarrow }: ChartSize): number {
  return isNarrow ? 340 : 440;
}

/** Tuned opponents are lines; their rows at one price lie on these. */
function pointsOf(frontiers: readonly FrontierResult[], rows: readonly ClassRow[]): ClassRow[] {
  const lines = new Set(frontiers.map(({ opponent }) => opponent));
  return rows.filter(({ autoscaler }) => !lines.has(autoscaler));
}

function optionOf(
  frontiers: readonly FrontierResult[],
  points: readonly ClassRow[],
  costAxis: string,
  { isNarrow }: ChartSize,
): Readonly<Record<string, unknown>> {
  return {
    grid: { left: 58, right: isNarrow ? 16 : 28, top: 30, bottom: 46 },
    xAxis: {
      type: "value",
      name: costAxis,
      nameLocation: "middle",
      nameGap: 28,
      scale: true,
      ...axisStyle(),
    },
    yAxis: {
      type: "log",
      name: "violating requests, %",
      nameLocation: "end",
      nameTextStyle: { align: "left", color: standIn("muted"), fontSize: 11, padding: [0, 0, 0, -50] },
      ...withoutName(axisStyle()),
      axisLabel: { color: standIn("muted"), fontSize: 11, formatter: shortNumber },
    },
    series: [...frontiers.map(lineOf), ...points.flatMap((row) => pointOf(row, points.length > 6 || isNarrow))],
  };
}

function withoutName(style: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { nameTextStyle: _, ...rest } = style;
  return rest;
}

function lineOf({ opponent, marks, pickedOn }: FrontierResult, index: number): Readonly<Record<string, unknown>> {
  const colour = standIn(colourOf(opponent));
  return {
    type: "line",
    data: marks.map(({ pods, violatingShare }: FrontierMark) => [pods, percentOf(violatingShare)]),
    symbol: shapeOf(index),
    symbolSize: 6,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 2, type: pickedOn === "test" ? [6, 4] : "solid" },
  };
}

function pointOf(row: ClassRow, isCrowded: boolean): readonly Readonly<Record<string, unknown>>[] {
  const { measures, autoscaler } = row;
  const colour = standIn(colourOf(autoscaler));
  const pods = measures.cost.mean;
  const { mean, low, high } = measures.violatingShare;
  const label = {
    show: !isCrowded || autoscaler === "team",
    formatter: autoscaler,
    position: "right",
    color: standIn("ink"),
    fontSize: 11,
  };
  return [
    {
      type: "line",
      data: [
        [pods, percentOf(low)],
        [pods, percentOf(high)],
      ],
      symbol: "none",
      lineStyle: { color: colour, width: 1.5 },
    },
    {
      type: "scatter",
      data: [[pods, percentOf(mean)]],
      symbol: autoscaler === "team" ? "pin" : "circle",
      symbolSize: autoscaler === "team" ? 22 : 9,
      itemStyle: { color: colour, borderColor: standIn("paper"), borderWidth: 1 },
      label,
    },
  ];
}

function percentOf(share: number): number {
  return Math.max(LOWEST_PERCENT, share * 100);
}
