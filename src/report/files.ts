import type { EvaluateResult } from "../evaluate/result.ts";
import { wideChart } from "./chart.ts";
import { classesOf, figuresOf } from "./figures.ts";
import { reportHtml, type ReportOptions } from "./html.ts";
import { withLightColours } from "./palette.ts";
import { frontiersCsv, measuresCsv, reportMarkdown } from "./text-formats.ts";

export type ReportFile = { readonly path: string; readonly content: string };

/** The page first, then the same for programs and papers. */
export function reportFiles(results: readonly EvaluateResult[], options: ReportOptions): ReportFile[] {
  return [
    { path: "report.html", content: reportHtml(results, options) },
    { path: "report.md", content: reportMarkdown(results) },
    {
      path: "report.json",
      content: `${JSON.stringify(
        results.map((result) => ({ ...result, timelines: undefined })),
        null,
        2,
      )}\n`,
    },
    { path: "measures.csv", content: measuresCsv(results) },
    { path: "frontiers.csv", content: frontiersCsv(results) },
    ...results.flatMap((result) => drawings(result, options)),
  ];
}

function drawings(result: EvaluateResult, options: ReportOptions): ReportFile[] {
  return classesOf(result).flatMap((own) => {
    const { frontier, bars, timelines } = figuresOf(result, own, options);
    const charts = [...(frontier === undefined ? [] : [frontier]), ...bars, ...timelines];
    return charts.map((chart) => ({
      path: `figures/${chart.name}.svg`,
      content: `${withLightColours(chart.svg(wideChart))}\n`,
    }));
  });
}
