import type { ComparedPart } from "../app/compare-twins.ts";
import type { TwinBars } from "../evaluate/twin-bars.ts";
import type { PartGap } from "../evaluate/twin-part.ts";
import { figure, percent, table } from "./table.ts";

const HEADER = [
  "part",
  "twin",
  "requests",
  "CPU",
  "throughput",
  "inside",
  "p50",
  "p95",
  "p99",
  "KS",
  "replicas",
  "recovery s",
  "beyond the bar",
] as const;

const TOLD: Readonly<Record<keyof TwinBars, string>> = {
  cpu: "CPU",
  throughput: "throughput",
  p50: "p50",
  p95: "p95",
  distance: "KS",
};

/** How far both twins were from a cluster, and what of it is more than they may be. */
export function comparisonText(parts: readonly ComparedPart[]): string {
  return [
    table(HEADER, parts.flatMap(rowsOf)),
    "",
    "relative: requests, throughput, p50 to p99; largest of the services else",
  ].join("\n");
}

function rowsOf({ part, cluster, own, bars, requests, fluid }: ComparedPart): string[][] {
  const { p50Ms, p95Ms, p99Ms } = cluster;
  const measured = [p50Ms, p95Ms, p99Ms].map((ms) => `${figure(ms)} ms`);
  const recovery = cluster.recoveryMs === undefined ? "-" : figure(cluster.recoveryMs / 1_000);
  return [
    [part, "cluster", String(Math.round(cluster.requests)), "", "", "", ...measured, "", "", recovery, ""],
    ...(own === undefined ? [] : [[part, "own noise", ...gapCells(own), ""]]),
    [part, "bar", ...barCells(bars)],
    [part, "requests", ...gapCells(requests.gap), verdict(requests.misses)],
    [part, "fluid", ...gapCells(fluid.gap), verdict(fluid.misses)],
  ];
}

function verdict(misses: readonly (keyof TwinBars)[]): string {
  return misses.length === 0 ? "none" : misses.map((miss) => TOLD[miss]).join(", ");
}

function relative(value: number): string {
  return `${value > 0 ? "+" : ""}${figure(100 * value)} %`;
}

function barCells({ cpu, throughput, p50, p95, distance }: TwinBars): string[] {
  return ["", figure(cpu), percent(throughput), "", percent(p50), percent(p95), "", figure(distance), "", "", ""];
}

function gapCells(gap: PartGap): string[] {
  return [
    relative(gap.requests),
    figure(gap.cpu),
    relative(gap.throughput),
    figure(gap.inside),
    relative(gap.p50),
    relative(gap.p95),
    relative(gap.p99),
    figure(gap.distance),
    figure(gap.ready),
    gap.recoveryMs === undefined ? "-" : figure(gap.recoveryMs / 1_000),
  ];
}
