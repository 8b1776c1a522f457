import { expect, test } from "vitest";
import { reportFiles } from "../../src/report/files.ts";
import { resized, result } from "./result.ts";

const options = { shown: ["team"], command: "karma report out" };
const files = new Map(reportFiles([result], options).map(({ path, content }) => [path, content]));
const page = files.get("report.html")!;

test("the page needs nothing else: no script, no address, no style or font from elsewhere", () => {
  expect(page).not.toMatch(/<script/i);
  expect(page).not.toMatch(/\bon\w+=/i);
  expect(page.replaceAll("http://www.w3.org/2000/svg", "").replaceAll("http://www.w3.org/1999/xlink", "")).not.toMatch(
    /https?:\/\//,
  );
  expect(page).not.toMatch(/@import|url\((?!#)|<link|<img|<iframe/i);
});

test("names are text, whatever is in them", () => {
  expect(page).toContain("friday &quot;&lt;script&gt;&quot;");
  expect(page).toContain("hpa:60,&lt;b&gt;");
  expect(page).toContain("pay &amp; ship");
});

test("the page has every part: frontier, bars, timeline, tables, what was trained on what, commands", () => {
  for (const part of [
    "Cost against violations",
    "Bars",
    "Plays over time",
    "Measures",
    "Frontier of hpa:tuned",
    "28 settings tuned on monday; tuesday",
    "violations × 0.4 (0.3 … 0.5) at equal cost, cost out of its reach at equal violations",
    "28 settings on monday, tuesday",
    "karma report out",
    "aws.amazon.com/fargate/pricing",
  ]) {
    expect(page).toContain(part);
  }
  expect(page.match(/<svg /g)!.length).toBe(2 * (1 + 4 + 1));
});

test("colours of the page follow its theme, those of a file stand alone", () => {
  expect(page).toContain("var(--team)");
  expect(page).not.toMatch(/#fe00/i);
  const drawing = files.get("figures/fluid-bursty-frontier.svg")!;
  expect(drawing).not.toContain("var(");
  expect(drawing).not.toMatch(/#fe00/i);
  expect(drawing).toContain("#c2255c");
});

test("the same evaluation gives the same bytes, however often it is drawn", () => {
  expect(reportFiles([result], options)).toEqual([...files].map(([path, content]) => ({ path, content })));
});

test("ids in drawings cannot clash with each other", () => {
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test("CSV has a line per figure, empty where nothing is known; JSON leaves the timelines out", () => {
  const lines = files.get("measures.csv")!.split("\n");
  expect(lines[0]).toBe("twin,class,autoscaler,measure,mean,low,high,iqm,sd,plays");
  expect(lines).toContain("fluid,bursty,team,recoveryS,,,,,,10");
  expect(files.get("frontiers.csv")!.split("\n")[1]).toBe("fluid,bursty,hpa:tuned,training,hpa:80,hpa:80,18,0.1");
  expect(files.get("report.json")).not.toContain("pendingRequests");
});

test("Markdown has the tables, a bar in a setting's name does not end a cell", () => {
  const text = files.get("report.md")!;
  expect(text).toContain("| against | in | theirs − team |");
  expect(text).toContain("](figures/fluid-bursty-frontier.svg)");
  expect(text).toContain("karma evaluate topology.json");
});

test("a formula in a name stays text in a spreadsheet", () => {
  const odd = { ...result, rows: result.rows.map((row) => Object.assign({}, row, { autoscaler: "=1+1" })) };
  const csv = reportFiles([odd], options).find(({ path }) => path === "measures.csv")!.content;
  expect(csv).toContain(",'=1+1,");
});

test("what replicas cost has bars of its own where somebody resized some, and only there", () => {
  const costs = reportFiles([resized], options).find(({ path }) => path === "figures/fluid-bursty-cost.svg")!;
  expect(costs.content).toContain(">11<");
  expect(files.has("figures/fluid-bursty-pods.svg")).toBe(true);
  expect(files.has("figures/fluid-bursty-cost.svg")).toBe(false);
});
