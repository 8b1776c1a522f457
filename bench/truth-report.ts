import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ComparedPart, CompareResult } from "../src/app/compare-twins.ts";
import { comparisonText } from "../src/cli/twin-text.ts";

/** What the twins of one scenario came to, as a page to read. */
export function truthPage(name: string, { on, parts }: CompareResult): string {
  const sums = `${metBars(parts, "requests")}; ${metBars(parts, "fluid")}`;
  return `## ${name}, on ${on}\n\n${comparisonText(parts)}\n\n${sums}`;
}

function metBars(parts: readonly ComparedPart[], twin: "requests" | "fluid"): string {
  const all = parts.reduce((sum, { bars }) => sum + Object.keys(bars).length, 0);
  const missed = parts.reduce((sum, part) => sum + part[twin].misses.length, 0);
  return `${twin}: ${all - missed} of ${all} bars met`;
}

/** What of the request-level twin is so many times beyond its bar that a noisy machine is no excuse. */
export function farBeyond(parts: readonly ComparedPart[], times: number): string[] {
  return parts.flatMap(({ part, bars, requests: { gap } }) =>
    (Object.keys(bars) as (keyof typeof bars)[])
      .filter((key) => !(Math.abs(gap[key]) <= times * bars[key]))
      .map((key) => `${part}: ${key} ${gap[key]}, bar ${bars[key]}`),
  );
}

/** Written after each scenario, so that what was played is there whatever comes. */
export function writeTruth(folder: string, results: Readonly<Record<string, CompareResult>>): void {
  mkdirSync(folder, { recursive: true });
  const pages = Object.entries(results).map(([name, result]) => truthPage(name, result));
  writeFileSync(join(folder, "truth.json"), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(folder, "truth.md"), `${pages.join("\n\n")}\n`);
}
