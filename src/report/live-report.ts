import { violatingShare } from "../control/loop/outcome.ts";
import type { LiveContest, LivePlay } from "../evaluate/live-contest.ts";
import type { ReportFile } from "./files.ts";
import { liveContestMarkdown, liveMeasureTable, liveNotes, liveTable } from "./live-contest.ts";
import { escapeHtml, pageHtml, tableHtml } from "./page.ts";
import type { ReportTable } from "./table-text.ts";
import { csvOf } from "./text-formats.ts";

/** A contest on a running cluster: the page first, then the same for programs and papers. */
export function liveReportFiles(contest: LiveContest, command: string): ReportFile[] {
  const plays = playsTable(contest);
  return [
    { path: "report.html", content: liveHtml(contest, plays, command) },
    { path: "report.md", content: liveContestMarkdown(contest) },
    { path: "report.json", content: `${JSON.stringify(contest, null, 2)}\n` },
    { path: "plays.csv", content: csvOf(plays.header, plays.rows) },
  ];
}

function liveHtml(contest: LiveContest, plays: ReportTable, command: string): string {
  const title = `${contest.topology} on ${contest.on}`;
  const notes = liveNotes(contest).map((note) => `<li>${escapeHtml(note)}</li>`);
  const commands = [contest.command, command].map(escapeHtml).join("\n");
  return pageHtml(
    title,
    `<header><h1>${escapeHtml(title)}</h1></header>
<section>${tableHtml({ title: "Autoscalers, and the twin beside each figure", ...liveTable(contest) })}
<ul>${notes.join("")}</ul>
${tableHtml(liveMeasureTable(contest))}
${tableHtml(plays)}</section>
<section id="commands"><h2>Commands</h2><p>These made this page:</p><pre>${commands}</pre></section>`,
  );
}

/** Every play by itself, as it was measured. */
function playsTable({ plays }: LiveContest): ReportTable {
  return {
    title: "Every play",
    header: [
      "autoscaler",
      "seed",
      "requests",
      "violating %",
      "p95 ms",
      "pod-seconds",
      "size changes",
      "twin violating %",
    ],
    rows: plays.map(playCells),
    note: "In the order they were played.",
  };
}

function playCells({ autoscaler, seed, live, twin }: LivePlay): string[] {
  return [
    autoscaler,
    String(seed),
    String(live.requests),
    (100 * violatingShare(live)).toFixed(3),
    live.p95Ms.toFixed(1),
    live.podSeconds.toFixed(0),
    String(live.sizeChanges),
    (100 * violatingShare(twin)).toFixed(3),
  ];
}
