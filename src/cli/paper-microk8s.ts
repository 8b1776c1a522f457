import type { BenchMicrok8s } from "../app/bench-paper-microk8s.ts";
import type { Estimate } from "../core/statistics.ts";
import type { DayDifference, DayRow } from "../evaluate/papers/microk8s-rows.ts";
import { figure } from "./table.ts";
import { type PaperTable, paperText } from "./paper-text.ts";

/** All tables of the MicroK8s thesis' bench, as plain text or as Markdown. */
export function microk8sText(result: BenchMicrok8s, isMarkdown: boolean): string {
  const tables = [
    measuredTable(result),
    publishedTable(result),
    differencesTable(result),
    frontierTable(result),
    claimsTable(result),
  ];
  return paperText(tables, result.caveats, isMarkdown);
}

function measuredTable({ days, rows }: BenchMicrok8s): PaperTable {
  return {
    title: `Mean of ${days} scenario-days in the thesis' simulator (objective 200 ms, $0.10 per pod-hour)`,
    header: ["controller", "violating min", "95 % interval", "$", "interval", "mean ms", "p95 ms", "size changes"],
    rows: rows.map(measuredCells),
  };
}

function publishedTable({ published, rows }: BenchMicrok8s): PaperTable {
  return {
    title: "What the thesis' own script gives, beside ours",
    header: ["controller", "its violating min", "ours", "its $", "ours", "its mean ms", "ours"],
    rows: published.map((theirs) => {
      const ours = rows.find(({ controller }) => controller === theirs.controller)!;
      return [
        theirs.controller,
        figure(theirs.violatingMinutes),
        figure(ours.violatingMinutes.mean),
        theirs.dollars.toFixed(2),
        ours.dollars.mean.toFixed(2),
        theirs.meanMs.toFixed(1),
        ours.meanMs.toFixed(1),
      ];
    }),
  };
}

function differencesTable({ againstHybrid }: BenchMicrok8s): PaperTable {
  return {
    title: "Against the thesis' hybrid, day by day (below 0 is better than the hybrid)",
    header: ["controller", "measure", "difference", "95 % interval", "p (Holm)"],
    rows: againstHybrid.map(differenceCells),
  };
}

function frontierTable({ frontier, settingsTried }: BenchMicrok8s): PaperTable {
  return {
    title: `Frontier of Kubernetes' HPA over ${settingsTried} settings, picked on the same days`,
    header: ["setting", "violating min", "$"],
    rows: frontier.map((point) => [point.controller, point.violatingMinutes.toFixed(1), point.dollars.toFixed(2)]),
  };
}

function claimsTable({ claims }: BenchMicrok8s): PaperTable {
  return {
    title: "What its authors print elsewhere",
    header: ["claim", "where", "what stands behind it"],
    rows: claims.map(({ claim, source, caveat }) => [claim, source, caveat]),
  };
}

function measuredCells(row: DayRow): string[] {
  return [
    row.controller,
    row.violatingMinutes.mean.toFixed(1),
    interval(row.violatingMinutes, 1),
    row.dollars.mean.toFixed(2),
    interval(row.dollars, 2),
    row.meanMs.toFixed(1),
    row.p95Ms.toFixed(1),
    row.sizeChanges.toFixed(1),
  ];
}

function differenceCells({ controller, measure, difference, p }: DayDifference): string[] {
  return [controller, measure, difference.mean.toFixed(2), interval(difference, 2), p.toFixed(4)];
}

function interval({ low, high }: Estimate, digits: number): string {
  return `${low.toFixed(digits)} .. ${high.toFixed(digits)}`;
}
