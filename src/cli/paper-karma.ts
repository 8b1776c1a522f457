import type { BenchKarma } from "../app/bench-paper-karma.ts";
import type { Estimate } from "../core/statistics.ts";
import type { PublishedAblation, PublishedSystem } from "../evaluate/papers/karma-published.ts";
import type { KarmaRow } from "../evaluate/papers/karma-rows.ts";
import { overTrainingsTable, trainingTable } from "./paper-karma-trainings.ts";
import { type PaperTable, paperText } from "./paper-text.ts";
import { figure } from "./table.ts";

const header = ["system", "success %", "latency OK %", "pending %", "recovery s", "available %", "reward sd %"];

/** All tables of KARMA's bench, as plain text or as Markdown. */
export function karmaText(result: BenchKarma, isMarkdown: boolean): string {
  const { topology, volumePerS, seeds, calibration, rows, twin } = result;
  const place = `${topology}, ${figure(volumePerS)} requests/s, ${seeds} seeds on the ${calibration} ${twin} twin`;
  return paperText(
    [
      ...(result.ablations.length === 0 ? [] : [trainingTable(result.ablations)]),
      ...(result.overTrainings === undefined ? [] : [overTrainingsTable(result.overTrainings, result.published)]),
      {
        title: `Measured: ${place} (mean of five scenarios; recovery and availability of DDoS, spread of mixed)`,
        header: [...header, "mean pods"],
        rows: rows.map(measuredCells),
      },
      { title: "Success with its 95 % interval over seeds of play, %", ...intervals(rows) },
      {
        title: "Printed by KARMA's authors (CLOUD 2025)",
        header,
        rows: result.published.map(publishedCells),
      },
      ...(result.ablations.length === 0 ? [] : [publishedAblationTable(result.publishedAblations)]),
      { title: "Success by intensity, %: ours, and what the journal draft prints", ...byIntensity(result) },
    ],
    result.run === undefined && result.ablations.length === 0
      ? [...result.caveats, "No team played: there is no run of this topology."]
      : result.caveats,
    isMarkdown,
  );
}

function measuredCells(row: KarmaRow): string[] {
  return [
    row.system,
    ...[row.success, row.latencyOk, row.pending].map(percentOf),
    figure(row.recoveryS.mean),
    ...[row.availability, row.rewardSd].map(percentOf),
    row.meanPods.mean.toFixed(1),
  ];
}

function publishedCells(row: PublishedSystem): string[] {
  const { success, latencyOk, pending, recoveryS, availability, rewardSd } = row;
  return [
    row.system,
    ...[success, latencyOk, pending, recoveryS, availability].map((value) => value.toFixed(1)),
    rewardSd?.toFixed(1) ?? "-",
  ];
}

function publishedAblationTable(rows: readonly PublishedAblation[]): PaperTable {
  return {
    title: "Printed in the journal draft: its ablation",
    header: ["system", "success %", "latency OK %", "pending %", "recovery s", "reward sd %", "episodes"],
    rows: rows.map(({ system, success, latencyOk, pending, recoveryS, rewardSd, episodes }) => [
      system,
      ...[success, latencyOk, pending, recoveryS].map((value) => value.toFixed(1)),
      rewardSd?.toFixed(1) ?? "-",
      String(episodes),
    ]),
  };
}

function intervals(rows: readonly KarmaRow[]): Omit<PaperTable, "title"> {
  return {
    header: ["system", "success", "low", "high"],
    rows: rows.map(({ system, success }) => [
      system,
      ...[success.mean, success.low, success.high].map((value) => percent(value)),
    ]),
  };
}

function byIntensity(result: BenchKarma): Omit<PaperTable, "title"> {
  const { rows } = result;
  return {
    header: ["scenario", "intensity", ...rows.map(({ system }) => system), "KARMA", "AWARE"],
    rows: (rows[0]?.cases ?? []).map((_, index) => intensityCells(result, index)),
  };
}

function intensityCells({ rows, publishedIntensities }: BenchKarma, index: number): string[] {
  const { family, intensity } = rows[0]!.cases[index]!;
  const printed = publishedIntensities.find((one) => one.family === family && one.intensity === intensity);
  const ours = rows.map(({ cases }) => percentOf(cases[index]!.success));
  return [family, intensity, ...ours, printed?.karma.toFixed(1) ?? "-", printed?.aware.toFixed(1) ?? "-"];
}

function percentOf({ mean }: Estimate): string {
  return percent(mean);
}

function percent(share: number): string {
  return Number.isNaN(share) ? "-" : (share * 100).toFixed(1);
}
