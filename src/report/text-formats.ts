import { measureNames } from "../evaluate/measures.ts";
import type { EvaluateResult } from "../evaluate/result.ts";
import { classesOf } from "./figures.ts";
import type { ReportTable } from "./table-text.ts";
import { tablesOf } from "./tables.ts";

/** Every measure of every autoscaler, one per line; empty where nothing is known. */
export function measuresCsv(results: readonly EvaluateResult[]): string {
  const lines = results.flatMap(({ twin, rows }) =>
    rows.flatMap(({ autoscaler, class: own, measures, seeds }) =>
      measureNames.map((name) => {
        const { mean, low, high, iqm, sd } = measures[name];
        return [twin, own, autoscaler, name].concat([mean, low, high, iqm, sd].map(numberCell), String(seeds));
      }),
    ),
  );
  return csvOf(["twin", "class", "autoscaler", "measure", "mean", "low", "high", "iqm", "sd", "plays"], lines);
}

/** Every setting on every frontier, one per line. */
export function frontiersCsv(results: readonly EvaluateResult[]): string {
  const lines = results.flatMap(({ twin, frontiers }) =>
    frontiers.flatMap(({ class: own, opponent, pickedOn, marks }) =>
      marks.map(({ name, specs, pods, violatingShare }) => [
        twin,
        own,
        opponent,
        pickedOn,
        name,
        specs.join(" | "),
        numberCell(pods),
        numberCell(violatingShare),
      ]),
    ),
  );
  return csvOf(["twin", "class", "opponent", "picked_on", "setting", "specs", "pods", "violating_share"], lines);
}

function numberCell(value: number): string {
  return Number.isFinite(value) ? String(value) : "";
}

export function csvOf(header: readonly string[], lines: readonly (readonly string[])[]): string {
  return [header, ...lines].map((line) => `${line.map(csvCell).join(",")}\n`).join("");
}

/** Quoted where it must be; a spreadsheet takes what begins with = + - @ for a formula, unless it is a number. */
function csvCell(text: string): string {
  const safe = /^[=+\-@]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The report without its charts. */
export function reportMarkdown(results: readonly EvaluateResult[]): string {
  const parts = [`# Evaluation of ${results[0]!.topology}`];
  for (const result of results) {
    for (const own of classesOf(result)) {
      parts.push(`## ${own} traffic, ${result.twin} twin`);
      parts.push(`![cost against violating requests](figures/${result.twin}-${own}-frontier.svg)`);
      for (const table of tablesOf(result, own))
        parts.push(`### ${table.title}`, markdownTable(table), table.note ?? "");
    }
  }
  parts.push("## What was trained on what");
  parts.push(
    results
      .flatMap(({ twin, trained }) => trained.map(({ autoscaler, on }) => `- ${twin}: ${autoscaler}: ${on}`))
      .join("\n"),
  );
  parts.push("## Commands", ["```sh", ...results.map(({ command }) => command), "```"].join("\n"));
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function markdownTable({ header, rows }: ReportTable): string {
  return [markdownLine(header), markdownLine(header.map(() => "---")), ...rows.map(markdownLine)].join("\n");
}

function markdownLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`;
}
