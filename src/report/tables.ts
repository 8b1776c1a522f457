import type { TrafficClass } from "../evaluate/burstiness.ts";
import { measuresAt } from "../evaluate/measures.ts";
import type { ComparisonRow, EvaluateResult, FrontierResult } from "../evaluate/result.ts";
import { shortNumber } from "./chart.ts";
import { frontierTables } from "./frontier-costs.ts";
import { labelOf, ratioOf, type ReportTable, scaleOf, withInterval } from "./table-text.ts";

/** All tables of one class of traffic. */
export function tablesOf(result: EvaluateResult, own: TrafficClass): ReportTable[] {
  return [
    measureTable(result, own),
    comparisonTable(result.comparisons.filter((row) => row.class === own)),
    equalCostTable(result, own),
    ...frontierTables(result, own),
    ...result.frontiers.filter((row) => row.class === own).map(frontierTable),
  ].filter(({ rows }) => rows.length > 0);
}

function measureTable({ rows, timeScale, prices }: EvaluateResult, own: TrafficClass): ReportTable {
  const inClass = rows.filter((row) => row.class === own);
  const told = measuresAt(timeScale).filter(({ name }) =>
    inClass.some(({ measures }) => Number.isFinite(measures[name].mean)),
  );
  return {
    title: "Measures",
    header: ["measure", ...inClass.map(({ autoscaler }) => autoscaler)],
    rows: told.map((measure) =>
      [labelOf(measure, prices.currency)].concat(
        inClass.map(({ measures }) => withInterval(measures[measure.name], scaleOf(measure))),
      ),
    ),
    note: "Means over scenarios and seeds with their 95 % intervals. Formulas: docs/measures.md.",
  };
}

const comparedIn = { violatingShare: "violating, %", podHours: "replicas", cost: "replicas by CPU" } as const;

function comparisonTable(rows: readonly ComparisonRow[]): ReportTable {
  const ours = rows[0]?.ours ?? "";
  return {
    title: `${ours} against each other autoscaler`,
    header: [
      "against",
      "in",
      `theirs − ${ours}`,
      "interquartile",
      "probability of improvement",
      "p (Holm)",
      "significant",
    ],
    rows: rows.map((row) => {
      const scale = row.measure === "violatingShare" ? 100 : 1;
      return [
        row.opponent,
        comparedIn[row.measure],
        withInterval(row.difference, scale),
        withInterval(row.interquartileDifference, scale),
        withInterval(row.probabilityOfImprovement, 1),
        row.pAdjusted.toFixed(4),
        row.isSignificant ? "yes" : "no",
      ];
    }),
    note: "Paired by seed. Sign-flip tests, Holm-corrected over all rows of this table.",
  };
}

function equalCostTable({ equalCost }: EvaluateResult, own: TrafficClass): ReportTable {
  return {
    title: "At the team's cost",
    header: ["opponent", "knob", "cost ratio", "its violating, %", "the team's, %", "difference", "p (Holm)"],
    rows: equalCost
      .filter((row) => row.class === own)
      .map((row) =>
        row.isReached
          ? [
              row.opponent,
              shortNumber(row.knob),
              row.costRatio.toFixed(3),
              shortNumber(100 * row.opponentViolatingShare),
              shortNumber(100 * row.oursViolatingShare),
              withInterval(row.difference, 100),
              row.pAdjusted.toFixed(4),
            ]
          : [row.opponent, shortNumber(row.knob), row.costRatio.toFixed(3), "not comparable", "", "", ""],
      ),
  };
}

function frontierTable({ opponent, pickedOn, trainedOn, searched, marks, ours }: FrontierResult): ReportTable {
  const how =
    pickedOn === "training"
      ? `${searched} settings tuned on ${trainedOn.join("; ")}.`
      : `${searched} settings, picked in hindsight on the test data themselves, which favours this opponent.`;
  const against =
    ours === undefined
      ? ""
      : ` The team / this frontier: violations ${ratioOf(ours.violatingRatio)} at equal cost, cost ${ratioOf(ours.costRatio)} at equal violations.`;
  return {
    title: `Frontier of ${opponent}`,
    header: ["setting", "replicas", "violating, %"],
    rows: marks.map(({ name, specs, pods, violatingShare }) => [
      new Set(specs).size > 1 ? `${name}: ${specs.join(" | ")}` : name,
      shortNumber(pods),
      shortNumber(100 * violatingShare),
    ]),
    note: how + against,
  };
}
