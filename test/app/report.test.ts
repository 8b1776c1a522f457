import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ReportAnswer, writeReport } from "../../src/app/report.ts";
import type { LiveContest } from "../../src/evaluate/live-contest.ts";
import { playedWith } from "../evaluate/played-with.ts";
import { createFolder } from "../host/folder.ts";

const outcome = playedWith({ requests: 2_000, violating: 30, p95Ms: 110 });

const contest: LiveContest = {
  format: "karma-live/2",
  warnings: ["no run: opponents play alone"],
  command: "karma evaluate --on kind",
  topology: "shop",
  objectiveMs: 200,
  run: undefined,
  on: "kind",
  timeScale: 1,
  lengthS: 1_200,
  currency: "USD",
  calibration: "declared",
  seeds: [7],
  plays: [{ autoscaler: "hpa:<b>60", seed: 7, live: outcome, twin: { ...outcome, violating: 10 }, warnings: [] }],
};

function report(cwd: string, evaluations: readonly string[]): Promise<ReportAnswer> {
  return writeReport({ cwd, evaluations, out: undefined, shown: undefined, command: "karma report live" });
}

function folderWith(content: string): string {
  const cwd = createFolder();
  mkdirSync(join(cwd, "live"));
  writeFileSync(join(cwd, "live", "live.json"), content);
  return cwd;
}

test("a contest on a cluster is drawn: every figure and warning on the page, every play in plays.csv", async () => {
  const cwd = folderWith(JSON.stringify(contest));
  const { page, files } = await report(cwd, ["live"]);
  expect(files.map((file) => file.slice(join(cwd, "live", "report/").length))).toEqual([
    "report.html",
    "report.md",
    "report.json",
    "plays.csv",
  ]);
  const html = readFileSync(page, "utf8");
  for (const told of ["shop on kind", "1.50 %", "0.50 %", "no run: opponents play alone", "karma report live"]) {
    expect(html).toContain(told);
  }
  expect(html).toContain("hpa:&lt;b&gt;60");
  expect(html).not.toContain("<b>60");
  expect(readFileSync(files[3]!, "utf8").split("\n")[1]).toBe("hpa:<b>60,7,2000,1.500,110.0,360,4,0.500");
});

test("it stands alone on its page, and what is no contest is refused", async () => {
  await expect(report(folderWith(JSON.stringify(contest)), ["live", "other"])).rejects.toThrow("found 2 folders");
  await expect(report(folderWith("{}"), ["live"])).rejects.toThrow("expected a contest on a cluster (karma-live/2)");
});
