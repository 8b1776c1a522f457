import type { Estimate } from "../core/statistics.ts";
import type { Measure } from "../evaluate/measures.ts";
import { shortNumber } from "./chart.ts";

/** A table before it becomes HTML, Markdown or CSV. */
export type ReportTable = {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What has to be known to read it. */
  readonly note?: string;
};

export function labelOf({ label, unit }: Measure, currency: string): string {
  if (unit === "share") return `${label}, %`;
  if (unit === "money per hour") return `${currency} per hour`;
  return unit === "ms" || unit === "s" ? `${label}, ${unit}` : label;
}

/** From a measure's own unit to what a table tells: shares in per cent. */
export function scaleOf({ unit }: Measure): number {
  return unit === "share" ? 100 : 1;
}

export function withInterval({ mean, low, high }: Estimate, scale: number): string {
  if (!Number.isFinite(mean)) return "–";
  return `${shortNumber(mean * scale)} (${shortNumber(low * scale)} … ${shortNumber(high * scale)})`;
}

export function ratioOf(estimate: Estimate): string {
  return Number.isFinite(estimate.mean) ? `× ${withInterval(estimate, 1)}` : "out of its reach";
}
