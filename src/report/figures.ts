import type { TrafficClass } from "../evaluate/burstiness.ts";
import type { EvaluateResult, TimelineResult } from "../evaluate/result.ts";
import { hasSizedCost } from "../evaluate/sized-cost.ts";
import { barsChart, type BarsSpec } from "./bars-chart.ts";
import type { Chart } from "./chart.ts";
import { frontierChart } from "./frontier-chart.ts";
import { timelineChart } from "./timeline-chart.ts";

/** What is drawn of one class of traffic on one twin. */
export type ClassFigures = {
  readonly class: TrafficClass;
  readonly frontier: Chart | undefined;
  readonly bars: readonly Chart[];
  readonly timelines: readonly Chart[];
};

export type FigureOptions = {
  /** Autoscalers whose plays are drawn over time. */
  readonly shown: readonly string[];
};

const bars: readonly Omit<BarsSpec, "label">[] = [
  { name: "violating", measure: "violatingShare", scale: 100, axis: "violating requests, %" },
  { name: "pods", measure: "podHours", scale: 1, axis: "replicas, mean" },
  { name: "cost", measure: "cost", scale: 1, axis: "cost: replicas by their CPU limit, mean" },
  { name: "money", measure: "money", scale: 1, axis: "money per hour" },
  { name: "p95", measure: "p95Ms", scale: 1, axis: "p95, ms" },
  { name: "recovery", measure: "recoveryS", scale: 1, axis: "recovery after a fault, s" },
];

/** Classes in the order of the result's rows. */
export function classesOf({ rows }: EvaluateResult): TrafficClass[] {
  return [...new Set(rows.map((row) => row.class))];
}

export function figuresOf(result: EvaluateResult, own: TrafficClass, { shown }: FigureOptions): ClassFigures {
  const rows = result.rows.filter((row) => row.class === own);
  const frontiers = result.frontiers.filter((one) => one.class === own);
  const where = `${own} traffic, ${result.twin} twin`;
  const stem = `${result.twin}-${own}`;
  const isKnown = ({ measure }: (typeof bars)[number]): boolean =>
    rows.some(({ measures }) => Number.isFinite(measures[measure].mean));
  // The same as the pods where nobody resized any.
  const drawn = bars.filter((spec) => isKnown(spec) && (spec.measure !== "cost" || hasSizedCost(rows)));
  const label = `Cost against violating requests of every autoscaler, ${where}`;
  return {
    class: own,
    frontier: rows.length === 0 ? undefined : frontierChart(`${stem}-frontier`, label, frontiers, rows),
    bars: drawn.map((spec) =>
      barsChart({ ...named(spec, stem), label: `${capital(spec.axis)}: every autoscaler, ${where}` }, rows),
    ),
    timelines: timelinesOf(result, own, shown).map((one) => {
      const title = `${one.autoscaler} on ${one.scenario}, seed ${one.seed}`;
      const context = { objectiveMs: result.objectiveMs, timeScale: result.timeScale };
      return timelineChart(`${stem}-timeline-${fileWord(title)}`, `${title}, over time`, one, context);
    }),
  };
}

function named(spec: Omit<BarsSpec, "label">, stem: string): Omit<BarsSpec, "label"> {
  return { ...spec, name: `${stem}-${spec.name}` };
}

/** The first scenario of a class, as the autoscalers that are shown played it. */
export function timelinesOf(
  { timelines }: EvaluateResult,
  own: TrafficClass,
  shown: readonly string[],
): TimelineResult[] {
  const inClass = timelines.filter((one) => one.class === own && shown.includes(one.autoscaler));
  return inClass.filter(({ scenario, seed }) => scenario === inClass[0]!.scenario && seed === inClass[0]!.seed);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function fileWord(text: string): string {
  return text.replaceAll(/[^\w-]+/g, "-").slice(0, 80);
}
