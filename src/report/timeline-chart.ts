import { meanOf } from "../core/statistics.ts";
import { type Period, violatingShareOfPeriod } from "../evaluate/period.ts";
import type { TimelineResult } from "../evaluate/result.ts";
import { type Chart, type ChartSize, axisStyle, drawSvg } from "./chart.ts";
import { limitsOverTime } from "./limits-panel.ts";
import { type ColourName, standIn } from "./palette.ts";

/** Points that a line has room for. */
const MOST_POINTS = 360;

/** Colours of services, in their order; their lines are dashed one way after the other as well. */
export const serviceColours: readonly ColourName[] = [
  "blue",
  "orange",
  "green",
  "violet",
  "teal",
  "red",
  "yellow",
  "lime",
];

export type TimelineContext = {
  readonly objectiveMs: number | undefined;
  /** Seconds of the scenario in one of the clock. */
  readonly timeScale: number;
};

type Panel = {
  readonly title: string;
  readonly series: readonly Readonly<Record<string, unknown>>[];
};

/** One play over time: load, replicas, latency, violations, decisions, one above the other. */
export function timelineChart(name: string, label: string, result: TimelineResult, context: TimelineContext): Chart {
  return {
    name,
    label,
    svg: (size) => {
      const panels = panelsOf(result, context);
      const lastMinute = Math.ceil(((result.timeline.periods.at(-1)?.atMs ?? 0) * context.timeScale) / 60_000);
      return drawSvg(optionOf(panels, lastMinute, size), {
        name,
        label,
        size,
        height: panels.length * PANEL_HEIGHT + 36,
      });
    },
  };
}

const PANEL_HEIGHT = 112;

function optionOf(
  panels: readonly Panel[],
  lastMinute: number,
  { isNarrow }: ChartSize,
): Readonly<Record<string, unknown>> {
  const last = panels.length - 1;
  return {
    title: panels.map(({ title }, index) => ({
      text: title,
      left: 6,
      top: index * PANEL_HEIGHT + 2,
      textStyle: { fontSize: 11, fontWeight: "normal", color: standIn("muted") },
    })),
    grid: panels.map((_, index) => ({
      left: 52,
      right: isNarrow ? 10 : 20,
      top: index * PANEL_HEIGHT + 24,
      height: PANEL_HEIGHT - 36,
    })),
    xAxis: panels.map((_, index) => ({
      type: "value",
      gridIndex: index,
      max: lastMinute,
      ...axisStyle(),
      axisLabel: { show: index === last, color: standIn("muted"), fontSize: 11 },
      ...(index === last ? { name: "minutes", nameLocation: "middle", nameGap: 24 } : {}),
    })),
    yAxis: panels.map((_, index) => ({
      type: "value",
      gridIndex: index,
      splitNumber: 2,
      ...axisStyle(),
    })),
    series: panels.flatMap(({ series }, index) =>
      series.map((one) => Object.assign({ xAxisIndex: index, yAxisIndex: index }, one)),
    ),
  };
}

function panelsOf(result: TimelineResult, { objectiveMs, timeScale }: TimelineContext): Panel[] {
  const { timeline } = result;
  const { periods } = timeline;
  const minutesOf = (atMs: number): number => (atMs * timeScale) / 60_000;
  const over: Over = (of) => thinned(periods.map((period) => [minutesOf(period.atMs), of(period)]));
  const periodS = (periods[0]?.atMs ?? 1_000) / 1_000;
  const requests = over((period) => period.requests / periodS);
  const latency = over(({ latencyMs }) => latencyMs);
  const violating = over((period) => 100 * violatingShareOfPeriod(period));
  return [
    { title: "requests per second", series: [lineOf(requests, "ink")] },
    sizesPanel(result, over),
    ...limitsPanel(timeline, minutesOf),
    latencyPanel(latency, objectiveMs),
    { title: "violating requests, %", series: [withArea(lineOf(violating, "red"), "red")] },
    { title: "decisions: replicas more (up) and fewer (down)", series: changeBars(timeline, minutesOf) },
  ];
}

/** A figure of every period, over minutes: [points][minute, figure]. */
type Over = (of: (period: Period) => number) => number[][];

function sizesPanel({ autoscaler, timeline }: TimelineResult, over: Over): Panel {
  const sizesOf = (service: number): number[][] => over(({ desired }) => desired[service]!);
  return {
    title: `replicas asked for by ${autoscaler}`,
    series: timeline.services.map((_, service) => sizeLine(sizesOf(service), service)),
  };
}

/** None where nothing was resized. */
function limitsPanel(timeline: TimelineResult["timeline"], minutesOf: (atMs: number) => number): Panel[] {
  const limits = limitsOverTime(timeline, minutesOf);
  return limits === undefined ? [] : [{ title: "CPU limit of a replica, millicores", series: limits.map(sizeLine) }];
}

function sizeLine(data: readonly (readonly number[])[], service: number): Readonly<Record<string, unknown>> {
  return { ...lineOf(data, serviceColours[service % serviceColours.length]!), step: "end" };
}

function withArea(line: Readonly<Record<string, unknown>>, colour: ColourName): Readonly<Record<string, unknown>> {
  return { ...line, areaStyle: { color: standIn(colour), opacity: 0.15 } };
}

function latencyPanel(data: readonly (readonly number[])[], objectiveMs: number | undefined): Panel {
  const line = lineOf(data, "blue");
  if (objectiveMs === undefined) return { title: "mean latency, ms", series: [line] };
  return {
    title: `mean latency, ms; the dashed line is the objective, ${objectiveMs} ms`,
    series: [{ ...line, markLine: objectiveLine(objectiveMs) }],
  };
}

function lineOf(data: readonly (readonly number[])[], colour: ColourName): Readonly<Record<string, unknown>> {
  return {
    type: "line",
    symbol: "none",
    data,
    itemStyle: { color: standIn(colour) },
    lineStyle: { color: standIn(colour), width: 1.4 },
  };
}

function objectiveLine(objectiveMs: number): Readonly<Record<string, unknown>> {
  return {
    silent: true,
    symbol: "none",
    label: { show: false },
    lineStyle: { color: standIn("muted"), type: [4, 3] },
    data: [{ yAxis: objectiveMs }],
  };
}

function changeBars(
  { changes, services }: TimelineResult["timeline"],
  minutesOf: (atMs: number) => number,
): readonly Readonly<Record<string, unknown>>[] {
  return services.map((service, index) => {
    const colour = standIn(serviceColours[index % serviceColours.length]!);
    return {
      type: "scatter",
      symbol: "rect",
      symbolSize: [2.5, 7],
      itemStyle: { color: colour },
      data: changes
        .filter((change) => change.service === service)
        .map(({ atMs, from, applied }) => [minutesOf(atMs), applied - from]),
    };
  });
}

/** Means of neighbours, so that no line has more points than its width. */
function thinned(points: readonly number[][]): number[][] {
  const each = Math.ceil(points.length / MOST_POINTS);
  if (each <= 1) return [...points];
  return Array.from({ length: Math.ceil(points.length / each) }, (_, index) => {
    const some = points.slice(index * each, (index + 1) * each);
    const values = some.map(([, y]) => y!).filter((y) => !Number.isNaN(y));
    const mean = values.length === 0 ? Number.NaN : meanOf(values);
    return [some.at(-1)![0]!, mean];
  });
}
