import {
  type LiveContest,
  type LiveFigure,
  type LiveFigureName,
  type LiveSummary,
  liveFigures,
  measureLive,
  playsByAutoscaler,
  type Spread,
  summarizeLive,
} from "../evaluate/live-contest.ts";
import { shortNumber } from "./chart.ts";
import { labelOf, type ReportTable, scaleOf } from "./table-text.ts";

export type LiveTable = Pick<ReportTable, "header" | "rows">;

type Column = { readonly title: string; readonly text: (value: number) => string };

const columns: Readonly<Record<LiveFigureName, Column>> = {
  violatingShare: { title: "violating", text: (share) => `${(100 * share).toFixed(2)} %` },
  p50Ms: { title: "p50 ms", text: (ms) => ms.toFixed(0) },
  p95Ms: { title: "p95 ms", text: (ms) => ms.toFixed(0) },
  p99Ms: { title: "p99 ms", text: (ms) => ms.toFixed(0) },
  podSeconds: { title: "pod-seconds", text: (seconds) => seconds.toFixed(0) },
  sizeChanges: { title: "size changes", text: (count) => count.toFixed(0) },
};

/** A row per autoscaler: each live figure, and behind it what the twin says of the same runs. */
export function liveTable(contest: LiveContest): LiveTable {
  const summaries = summarizeLive(contest);
  return {
    header: ["autoscaler", "plays", "requests", ...liveFigures.flatMap((name) => [columns[name].title, "twin"])],
    rows: summaries.map((one) =>
      [one.autoscaler, String(one.plays), String(one.requests)].concat(liveFigures.flatMap((name) => cells(one, name))),
    ),
  };
}

function cells(summary: LiveSummary, name: LiveFigureName): readonly [string, string] {
  const { text } = columns[name];
  return [spreadText(summary[name].live, text), text(summary[name].twin.mean)];
}

/** The mean, and from where to where where there are several. */
function spreadText({ mean, least, most }: Spread, text: (value: number) => string): string {
  return least === most ? text(mean) : `${text(mean)} (${text(least)} .. ${text(most)})`;
}

/** Every measure of `karma evaluate`, live and on the twin. */
export function liveMeasureTable(contest: LiveContest): ReportTable {
  const names = [...playsByAutoscaler(contest.plays).keys()];
  const told = measureLive(contest).filter(({ figures }) => figures.some(({ live }) => Number.isFinite(live.mean)));
  return {
    title: "All measures",
    header: ["measure", ...names.flatMap((name) => [name, "twin"])],
    rows: told.map(({ measure, figures }) =>
      [labelOf(measure, contest.currency)].concat(figures.flatMap((figure) => measureCells(figure, scaleOf(measure)))),
    ),
    note: "Formulas: docs/measures.md.",
  };
}

function measureCells({ live, twin }: LiveFigure, scale: number): readonly [string, string] {
  const text = (value: number): string => (Number.isFinite(value) ? shortNumber(value * scale) : "–");
  return [spreadText(live, text), text(twin.mean)];
}

/** What has to be known to read the table. */
export function liveNotes(contest: LiveContest): readonly string[] {
  const { topology, on, timeScale, lengthS, objectiveMs, calibration, seeds, plays } = contest;
  const minutes = lengthS / 60 / timeScale;
  const warnings = plays.flatMap(({ autoscaler, seed, warnings: all }) =>
    all.map((warning) => `${autoscaler}, seed ${seed}: ${warning}`),
  );
  return [
    `${topology} on ${on}: ${seeds.length} seeds of ${Number(minutes.toFixed(1))} minutes each, time x ${timeScale}; a request violates that fails or takes more than ${objectiveMs} ms.`,
    "Means over the seeds, in brackets the smallest and the largest. Every autoscaler met the same arrivals and faults from the same sizes.",
    `Twin: the mean of the same runs on the fluid twin (calibration: ${calibration}).`,
    ...[...contest.warnings, ...warnings].map((warning) => `Warning: ${warning}.`),
  ];
}

function line(row: readonly string[]): string {
  return `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

export function liveContestMarkdown(contest: LiveContest): string {
  const { header, rows } = liveTable(contest);
  return [
    `\`${contest.command}\``,
    "",
    ...linesOf({ header, rows }),
    "",
    ...liveNotes(contest).map((note) => `- ${note}`),
    "",
    ...linesOf(liveMeasureTable(contest)),
    "",
  ].join("\n");
}

function linesOf({ header, rows }: LiveTable): string[] {
  return [line(header), line(header.map((_, column) => (column === 0 ? "---" : "---:"))), ...rows.map(line)];
}
