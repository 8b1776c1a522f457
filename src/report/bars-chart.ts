import type { MeasureName } from "../evaluate/measures.ts";
import type { ClassRow } from "../evaluate/result.ts";
import { type Chart, type ChartSize, axisStyle, drawSvg, shortNumber } from "./chart.ts";
import { colourOf, standIn } from "./palette.ts";

/** One measure of all autoscalers as bars, with their 95 % intervals. */
export type BarsSpec = {
  readonly name: string;
  readonly label: string;
  readonly measure: MeasureName;
  /** What values are multiplied by before they are shown: 100 for per cent. */
  readonly scale: number;
  readonly axis: string;
};

export function barsChart(spec: BarsSpec, rows: readonly ClassRow[]): Chart {
  const shown = rows.filter(({ measures }) => Number.isFinite(measures[spec.measure].mean));
  const height = 64 + 26 * shown.length;
  return {
    name: spec.name,
    label: spec.label,
    svg: (size) => drawSvg(optionOf(spec, shown, size), { name: spec.name, label: spec.label, size, height }),
  };
}

function optionOf(
  spec: BarsSpec,
  rows: readonly ClassRow[],
  { isNarrow }: ChartSize,
): Readonly<Record<string, unknown>> {
  const { measure, scale, axis } = spec;
  return {
    grid: { left: isNarrow ? 124 : 190, right: 56, top: 8, bottom: 44 },
    xAxis: {
      type: "value",
      name: axis,
      nameLocation: "middle",
      nameGap: 26,
      splitNumber: isNarrow ? 3 : 6,
      ...axisStyle(),
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: rows.map(({ autoscaler }) => autoscaler),
      ...axisStyle(),
      axisLabel: { color: standIn("ink"), fontSize: 11, width: isNarrow ? 114 : 180, overflow: "truncate" },
    },
    series: [
      {
        type: "bar",
        barWidth: 14,
        data: rows.map(({ autoscaler, measures }) => ({
          value: measures[measure].mean * scale,
          itemStyle: { color: standIn(colourOf(autoscaler)), opacity: 0.85 },
        })),
      },
      intervals(rows, measure, scale),
    ],
  };
}

/** Whiskers, and the mean in figures behind them. */
function intervals(rows: readonly ClassRow[], measure: MeasureName, scale: number): Readonly<Record<string, unknown>> {
  return {
    type: "custom",
    z: 3,
    data: rows.map(({ measures }, index) => {
      const { low, high, mean } = measures[measure];
      return [low * scale, high * scale, mean * scale, index];
    }),
    encode: { x: [0, 1, 2], y: 3 },
    renderItem: (_: unknown, api: { value(at: number): number; coord(point: number[]): number[] }) => {
      const [left = 0, y = 0] = api.coord([api.value(0), api.value(3)]);
      const [right = 0] = api.coord([api.value(1), api.value(3)]);
      const text = {
        type: "text",
        style: { text: shortNumber(api.value(2)), x: right + 6, y: y - 6, fill: standIn("ink"), fontSize: 11 },
      };
      return {
        type: "group",
        children: [
          stroke(left, y, right, y),
          stroke(left, y - 4, left, y + 4),
          stroke(right, y - 4, right, y + 4),
          text,
        ],
      };
    },
  };
}

function stroke(x1: number, y1: number, x2: number, y2: number): Readonly<Record<string, unknown>> {
  return { type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: standIn("ink"), lineWidth: 1.2 } };
}
