import type { EvaluateResult } from "../evaluate/result.ts";
import { type Chart, narrowChart, wideChart } from "./chart.ts";
import { type ClassFigures, classesOf, type FigureOptions, figuresOf, timelinesOf } from "./figures.ts";
import { type ColourName, colourOf, withVariables } from "./palette.ts";
import { escapeHtml, pageHtml, tableHtml } from "./page.ts";
import { tablesOf } from "./tables.ts";
import { serviceColours } from "./timeline-chart.ts";

export type ReportOptions = FigureOptions & {
  /** The command that made the report itself. */
  readonly command: string;
};

/** One page that needs nothing else: no script, no network, no font. */
export function reportHtml(results: readonly EvaluateResult[], options: ReportOptions): string {
  const [first] = results;
  const sections = results.flatMap((result) => classesOf(result).map((own) => sectionOf(result, own, options)));
  const title = `Evaluation of ${first!.topology}`;
  return pageHtml(
    title,
    `<header>
<h1>${escapeHtml(title)}</h1>
${results.map(summaryLine).join("\n")}
</header>
${contents(results)}
${sections.join("\n")}
${trainedSection(results)}
${scenarioSection(results)}
${commandSection(results, options.command)}`,
  );
}

function summaryLine({ twin, seeds, calibration, timeScale }: EvaluateResult): string {
  const scaled = timeScale === 1 ? "" : `, time × ${timeScale}`;
  return `<p class="muted">${twin} twin, ${calibration} calibration, ${seeds.length} seeds per scenario${scaled}</p>`;
}

function contents(results: readonly EvaluateResult[]): string {
  const items = results.flatMap((result) =>
    classesOf(result).map((own) => `<li><a href="#${idOf(result, own)}">${titleOf(result, own)}</a></li>`),
  );
  const more = [
    ["trained", "What was trained on what"],
    ["scenarios", "Scenarios"],
    ["commands", "Commands"],
  ].map(([id, text]) => `<li><a href="#${id}">${text}</a></li>`);
  return `<nav><ul>${[...items, ...more].join("")}</ul></nav>`;
}

function idOf({ twin }: EvaluateResult, own: string): string {
  return `${twin}-${own}`;
}

function titleOf({ twin }: EvaluateResult, own: string): string {
  return `${own === "calm" ? "Calm" : "Bursty"} traffic, ${twin} twin`;
}

function sectionOf(result: EvaluateResult, own: ClassFigures["class"], options: FigureOptions): string {
  const { frontier, bars, timelines } = figuresOf(result, own, options);
  const [measures, ...others] = tablesOf(result, own);
  return `<section id="${idOf(result, own)}">
<h2>${titleOf(result, own)}</h2>
${frontier === undefined ? "" : `<h3>Cost against violations</h3>${legend(result, own)}${figure(frontier, "Further down and further left is better. Lines are opponents over all their settings, dashed where the settings were picked in hindsight; points have the 95 % interval of their violations.")}`}
<h3>Bars</h3>
<div class="bars">${bars.map((chart) => figure(chart, chart.label)).join("")}</div>
${measures === undefined ? "" : tableHtml(measures)}
${timelines.length === 0 ? "" : `<h3>Plays over time</h3>${serviceLegend(result, own, options)}`}
${timelines.map((chart) => figure(chart, chart.label)).join("\n")}
${others.map(tableHtml).join("\n")}
</section>`;
}

/** One drawing for wide pages and for paper, one for narrow screens. */
function figure(chart: Chart, caption: string): string {
  const draw = (size: typeof wideChart): string => withVariables(chart.svg(size));
  return `<figure><div class="wide">${draw(wideChart)}</div><div class="narrow">${draw(narrowChart)}</div><figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

function legend({ rows, frontiers }: EvaluateResult, own: string): string {
  const lines = frontiers.filter((one) => one.class === own).map(({ opponent }) => opponent);
  const names = new Set([...lines, ...rows.filter((row) => row.class === own).map(({ autoscaler }) => autoscaler)]);
  return legendHtml([...names].map((name) => [name, colourOf(name)]));
}

function serviceLegend(result: EvaluateResult, own: ClassFigures["class"], { shown }: FigureOptions): string {
  const services = timelinesOf(result, own, shown)[0]?.timeline.services ?? [];
  return legendHtml(services.map((name, index) => [name, serviceColours[index % serviceColours.length]!]));
}

function legendHtml(items: readonly (readonly [name: string, colour: ColourName])[]): string {
  const list = items.map(([name, colour]) => `<li><i style="background:var(--${colour})"></i>${escapeHtml(name)}</li>`);
  return `<ul class="legend">${list.join("")}</ul>`;
}

function trainedSection(results: readonly EvaluateResult[]): string {
  const rows = results.flatMap(({ twin, trained }) => trained.map(({ autoscaler, on }) => [autoscaler, twin, on]));
  const fixed = [["all others", "", "nothing: their settings are those of their names"]];
  const table = tableHtml({
    title: "What was trained on what",
    header: ["autoscaler", "played on the twin", "trained or tuned on"],
    rows: [...rows, ...fixed],
    note: "Nothing was evaluated on data it was trained or tuned on, but for opponents in hindsight. Seeds of training, tuning and evaluation share nothing.",
  });
  return `<section id="trained">${table.replace("<h3>", "<h2>").replace("</h3>", "</h2>")}</section>`;
}

function scenarioSection(results: readonly EvaluateResult[]): string {
  const rows = results.flatMap(({ twin, scenarios }) =>
    scenarios.map(({ name, class: own, growth, lengthS, meanRatePerS }) => [
      name,
      twin,
      own,
      growth.toFixed(2),
      `${(lengthS / 3_600).toFixed(2)} h`,
      meanRatePerS.toFixed(0),
    ]),
  );
  const table = tableHtml({
    title: "Scenarios",
    header: ["scenario", "twin", "class", "growth", "length of a play", "requests per second, mean"],
    rows,
    note: "Growth: mean rate of two minutes / that of the two minutes before, 99.5 % quantile over all moments and seeds. Bursty from 2 on.",
  });
  return `<section id="scenarios">${table.replace("<h3>", "<h2>").replace("</h3>", "</h2>")}</section>`;
}

function commandSection(results: readonly EvaluateResult[], own: string): string {
  const lines = [...results.map(({ command }) => command), own];
  const sources = [...new Set(results.map(({ prices }) => `Prices: ${prices.source} (${prices.currency}).`))];
  return `<section id="commands"><h2>Commands</h2><p>These made this page:</p><pre>${escapeHtml(lines.join("\n"))}</pre>
<p class="muted">${escapeHtml(sources.join(" "))}</p></section>`;
}
