import type { ClassEqualCostRow, ClassRow, ComparisonRow, EvaluateResult, FrontierResult } from "../evaluate/result.ts";
import type { EqualCostRow } from "../evaluate/equal-cost.ts";
import { hasSizedCost } from "../evaluate/sized-cost.ts";
import type { Estimate } from "../core/statistics.ts";
import type { SummaryRow } from "../evaluate/summarize.ts";
import { figure, percent, table } from "./table.ts";

/** An evaluation for people: every class of traffic by itself. */
export function evaluationText(result: EvaluateResult): string {
  const { topology, seeds, twin, calibration, timeScale, scenarios, rows } = result;
  const classes = [...new Set(rows.map((row) => row.class))];
  const lines = [`${topology}, ${seeds.length} seeds on the ${calibration} ${twin} twin, time x ${timeScale}`];
  for (const own of classes) {
    const names = scenarios.filter((one) => one.class === own).map(({ name }) => name);
    const inClass = <Row extends { readonly class: string }>(all: readonly Row[]): Row[] =>
      all.filter((row) => row.class === own);
    lines.push("", `${own}: ${names.join(", ")}`, summaryTable(inClass(rows)), "", measureTable(inClass(rows)));
    const comparisons = inClass(result.comparisons);
    if (comparisons.length > 0) lines.push("", comparisonTable(comparisons));
    const equalCost = inClass(result.equalCost);
    if (equalCost.length > 0) lines.push("", equalCostTable(equalCost));
    for (const frontier of inClass(result.frontiers)) lines.push("", frontierText(frontier));
  }
  return lines.join("\n");
}

function spread({ low, high }: Estimate, of: (value: number) => string): string {
  return `${of(low)} .. ${of(high)}`;
}

export function summaryTable(rows: readonly SummaryRow[]): string {
  return table(
    [
      "autoscaler",
      "violating",
      "95 % interval",
      "p50 ms",
      "p95 ms",
      "p99 ms",
      "pod-seconds",
      "interval",
      "size changes",
    ],
    rows.map((row) => [
      row.autoscaler,
      percent(row.violatingShare.mean),
      spread(row.violatingShare, percent),
      figure(row.p50Ms.mean),
      figure(row.p95Ms.mean),
      figure(row.p99Ms.mean),
      figure(row.podSeconds.mean),
      spread(row.podSeconds, figure),
      figure(row.sizeChanges.mean),
    ]),
  );
}

/** The measures that the summary has no room for; what pods cost stands beside them where somebody resized some. */
function measureTable(rows: readonly ClassRow[]): string {
  const hasCost = hasSizedCost(rows);
  return table(
    [
      "autoscaler",
      "available",
      "pending requests",
      "pending pods",
      "recovery s",
      "pods",
      ...(hasCost ? [comparedIn.cost] : []),
      "cores",
      "money/h",
      "flaps/h",
      "reward",
      "its sd",
    ],
    rows.map(({ autoscaler, measures }) => [
      autoscaler,
      percent(measures.availability.mean),
      percent(measures.pendingRequestShare.mean),
      percent(measures.pendingPodShare.mean),
      figure(measures.recoveryS.mean),
      figure(measures.podHours.mean),
      ...(hasCost ? [figure(measures.cost.mean)] : []),
      figure(measures.coreHours.mean),
      figure(measures.money.mean),
      figure(measures.flaps.mean),
      figure(measures.reward.mean),
      figure(measures.reward.sd),
    ]),
  );
}

const comparedIn = { violatingShare: "violating", podHours: "pods", cost: "pods by CPU" } as const;

function comparisonTable(rows: readonly ComparisonRow[]): string {
  return table(
    [`against ${rows[0]!.ours}`, "in", "theirs - ours", "95 % interval", "chance ours is better", "p (Holm)", ""],
    rows.map((row) => {
      const show = row.measure === "violatingShare" ? percent : figure;
      return [
        row.opponent,
        comparedIn[row.measure],
        show(row.difference.mean),
        spread(row.difference, show),
        percent(row.probabilityOfImprovement.mean),
        row.pAdjusted.toFixed(4),
        row.isSignificant ? "significant" : "",
      ];
    }),
  );
}

export function equalCostTable(rows: readonly ClassEqualCostRow[]): string {
  return table(
    [
      "opponent at the team's cost",
      "knob",
      "cost ratio",
      "its violating",
      "the team's",
      "difference",
      "95 % interval",
      "p (Holm)",
    ],
    rows.map((row) => [
      row.opponent,
      figure(row.knob),
      row.costRatio.toFixed(3),
      ...(row.isReached ? comparedCells(row, row.pAdjusted) : ["not comparable", "", "", "", ""]),
    ]),
  );
}

function comparedCells(row: EqualCostRow, pAdjusted: number): string[] {
  const { opponentViolatingShare, oursViolatingShare, difference } = row;
  return [
    percent(opponentViolatingShare),
    percent(oursViolatingShare),
    percent(difference.mean),
    spread(difference, percent),
    pAdjusted.toFixed(4),
  ];
}

function frontierText({ opponent, pickedOn, trainedOn, searched, marks, ours }: FrontierResult): string {
  const how =
    pickedOn === "training"
      ? `${searched} settings tuned on ${trainedOn.join("; ")}`
      : `${searched} settings, picked in hindsight on the test data, which favours it`;
  const rows = marks.map(({ name, pods, violatingShare }) => [name, figure(pods), percent(violatingShare)]);
  const against =
    ours === undefined
      ? ""
      : `\nthe team / this frontier: violations ${ratio(ours.violatingRatio)} at equal cost, cost ${ratio(ours.costRatio)} at equal violations`;
  return `${opponent}: ${how}\n${table(["setting", "pods by CPU", "violating"], rows)}${against}`;
}

function ratio(estimate: Estimate): string {
  if (Number.isNaN(estimate.mean)) return "out of its reach";
  return `x ${figure(estimate.mean)} (${spread(estimate, figure)})`;
}
